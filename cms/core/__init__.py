"""What every content type stands on: base page, pictures, documents, blocks, plugin contract."""
