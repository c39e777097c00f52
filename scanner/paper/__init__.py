"""The bundled paper dossier: invented court papers, rendered as a duplex scanner delivers them."""
