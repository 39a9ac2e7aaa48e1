"""One reader per publisher: from the publisher's own file format to a tidy frame."""
