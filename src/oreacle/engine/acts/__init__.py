"""What governments do to each other: classes of acts, who can take them, what makes them likely."""
