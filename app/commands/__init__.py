"""The commands of `amends`, by what they are about; what each does stands in `app` beside this folder."""
