"""The sentences that the laptop's base model is trained on: templates in 12 languages, filled with packaged names."""
