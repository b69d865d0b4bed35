"""What each section of the file may say: types, defaults and units."""
