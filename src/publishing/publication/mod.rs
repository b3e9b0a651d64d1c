//! What a publisher does with a title as a whole: put it out, plan it, take it back, archive it.

pub mod forms;
pub mod routes;
