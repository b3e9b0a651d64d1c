//! `[default.bookplate.seller]`: who sells, as invoices and credit notes say it.

use std::path::PathBuf;

use serde::Deserialize;

use super::SettingsError;
use crate::country;

/// Who sells, as invoices and credit notes say it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Seller {
    /// The legal name; the shop's name where it is empty.
    pub name: String,
    /// The lines of the address without the country, as they are written on a letter.
    pub address: Vec<String>,
    /// ISO 3166-1 alpha-2 code, in upper case.
    pub country: String,
    /// Where buyers write to.
    pub email: String,
    /// The seller's VAT number.
    pub vat_id: String,
    /// Free text at the foot of a paper: the commercial register, a bank account.
    pub register: String,
    /// Font files (`.ttf`, `.otf`) for the PDFs' names in scripts that the built-in font lacks, tried in this order.
    pub fonts: Vec<PathBuf>,
}

impl Seller {
    /// # Errors
    /// When a country is none, a line would not be one, or a font is not there.
    pub(super) fn validate(&self) -> Result<(), SettingsError> {
        if !self.country.is_empty() && country::name(&self.country).is_none() {
            let right = "the two letters of a country in upper case, for example \"DE\"";
            return Err(SettingsError::new("seller.country", &self.country, right));
        }
        let lines = [
            ("name", &self.name),
            ("email", &self.email),
            ("vat_id", &self.vat_id),
            ("register", &self.register),
        ];
        let lines = lines.into_iter().chain(self.address.iter().map(|line| ("address", line)));
        for (key, line) in lines {
            if line.chars().any(char::is_control) {
                let right = "without line breaks; the address is a list of lines";
                return Err(SettingsError::new(&format!("seller.{key}"), line, right));
            }
        }
        if self.address.len() > 8 {
            let value = format!("{} lines", self.address.len());
            return Err(SettingsError::new("seller.address", &value, "at most 8 lines"));
        }
        for font in &self.fonts {
            let is_font =
                std::fs::read(font).is_ok_and(|bytes| rustybuzz::Face::from_slice(&bytes, 0).is_some());
            if !is_font {
                let right = "the path of a font file (.ttf or .otf) that can be read";
                return Err(SettingsError::new("seller.fonts", &font.display().to_string(), right));
            }
        }
        Ok(())
    }
}
