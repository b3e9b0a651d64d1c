//! Bookplate: a self-hosted shop for ebooks.
