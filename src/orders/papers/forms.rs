//! What the form with the buyer's details sends.

use rocket::form::FromForm;

use crate::country;
use crate::orders::billing::Details;
use crate::orders::vat_id;
use crate::web::Errors;

/// `POST /orders/<id>/invoice/details`. A field that is missing counts as empty.
#[derive(Debug, Clone, Default, FromForm)]
pub struct DetailsForm {
    /// The name.
    #[field(default = "")]
    pub name: String,
    /// The company.
    #[field(default = "")]
    pub company: String,
    /// The address, in lines.
    #[field(default = "")]
    pub address: String,
    /// ISO 3166-1 alpha-2 code, or empty.
    #[field(default = "")]
    pub country: String,
    /// The VAT number.
    #[field(default = "")]
    pub vat_id: String,
}

impl From<&Details> for DetailsForm {
    fn from(details: &Details) -> Self {
        Self {
            name: details.name.clone(),
            company: details.company.clone(),
            address: details.address.join("\n"),
            country: details.country.clone(),
            vat_id: details.vat_id.clone(),
        }
    }
}

impl DetailsForm {
    /// The details, if they can be printed.
    ///
    /// # Errors
    /// Sentences for the fields.
    pub fn check(&self) -> Result<Details, Errors> {
        let mut errors = Errors::none();
        let mut line = |field: &'static str, text: &str| {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if text.chars().any(char::is_control) {
                errors.add(field, "Please leave out the signs that can’t be printed.");
            } else if text.chars().count() > 120 {
                errors.add(field, "Please shorten this to 120 characters a line.");
            }
            text
        };
        let (name, company) = (line("name", &self.name), line("company", &self.company));
        let address: Vec<String> = self.address.lines().map(|text| line("address", text)).collect();
        let address: Vec<String> = address.into_iter().filter(|line| !line.is_empty()).collect();
        if name.is_empty() && company.is_empty() {
            errors.add("name", "Please tell us a name or a company: an invoice is for somebody.");
        }
        if address.len() > 7 {
            errors.add("address", "Please use at most 7 lines.");
        }
        let country = self.country.trim().to_owned();
        if !country.is_empty() && country::name(&country).is_none() {
            errors.add("country", "Please choose a country from the list.");
        }
        let vat_id = vat_id::parse(&self.vat_id).unwrap_or_else(|wrong| {
            errors.add("vat_id", wrong.to_string());
            String::new()
        });
        errors.or(|| Details { name, company, address, country, vat_id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_lines_that_can_be_printed() {
        let form = DetailsForm {
            name: "  Jane \t Austen ".into(),
            address: "1 High Street\r\n\r\n Chawton ".into(),
            country: "GB".into(),
            vat_id: "gb 123 4567 89".into(),
            ..<DetailsForm as Default>::default()
        };
        let details = form.check().unwrap();
        assert_eq!(details.name, "Jane Austen");
        assert_eq!(details.address, ["1 High Street", "Chawton"]);
        assert_eq!(details.vat_id, "GB123456789");
    }

    #[test]
    fn each_mistake_has_its_sentence() {
        let form = DetailsForm {
            company: "x".repeat(121),
            address: "a\n".repeat(8),
            country: "Germany".into(),
            vat_id: "123".into(),
            ..<DetailsForm as Default>::default()
        };
        let errors = form.check().unwrap_err();
        for field in ["company", "address", "country", "vat_id"] {
            assert!(!errors.of(field).is_empty(), "{field}");
        }
        assert!(!<DetailsForm as Default>::default().check().unwrap_err().of("name").is_empty());
    }
}
