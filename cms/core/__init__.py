"""What every content type stands on: base page, pictures, documents, body blocks, plugin contract."""
