//! Work that goes on beside the requests.

mod runner;

pub use runner::{Jobs, Running, Task, TaskError, TaskResult};
