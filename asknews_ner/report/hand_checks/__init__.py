"""What people check by hand, and the failure signatures that are watched for them."""
