//! What of `src/delivery` reads headers, with the model that holds it.

#[path = "../../src/delivery/conditional.rs"]
mod conditional;
#[path = "../../src/delivery/conditions.rs"]
mod conditions;
#[path = "../../src/delivery/disposition.rs"]
mod disposition;
#[path = "../../src/delivery/http_date.rs"]
mod http_date;
#[path = "../../src/delivery/model.rs"]
pub mod model;
#[path = "../../src/delivery/range.rs"]
mod range;
#[path = "../../src/delivery/validators.rs"]
mod validators;

pub use conditions::Conditions;
use validators::Validators;

/// Any texts in the conditions, for a file of one time and length.
pub fn check_conditions(conditions: &Conditions) {
    let modified = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    model::check_conditions(conditions, &Validators::new(modified, 1000));
}
