//! How things fail.

use docent_protocol::json::Object;
use docent_protocol::param::FieldError;
use docent_protocol::status::Status;
use std::fmt;

/// Why the runtime cannot start.
#[derive(Debug)]
pub enum StartError {
    /// There is no document to put a widget into.
    NoDocument,
    /// The browser refused to build the widget.
    NoWidget(&'static str),
}

impl fmt::Display for StartError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDocument => out.write_str("there is no document to show a widget in"),
            Self::NoWidget(what) => {
                out.write_str("the browser lacks ")?;
                out.write_str(what)
            }
        }
    }
}

/// How a command or request fails: the status, a message for whoever asked, and values to stand beside them.
#[derive(Debug)]
pub struct Failure {
    /// The answer's status.
    pub status: Status,
    /// What was wrong, and what would be right.
    pub message: String,
    /// More values of the answer.
    pub values: Object,
}

impl Failure {
    /// A failure with a status of its own.
    pub fn new(status: Status, message: &str) -> Self {
        Self { status, message: message.to_owned(), values: Object::new() }
    }

    /// Any other failure.
    pub fn other(message: &str) -> Self {
        Self::new(Status::Error, message)
    }

    /// Forbidden by consent, masking or the site's policy.
    pub fn not_allowed(message: &str) -> Self {
        Self::new(Status::NotAllowed, message)
    }

    /// The same with values beside the status.
    pub fn with(mut self, values: Object) -> Self {
        self.values = values;
        self
    }
}

impl From<FieldError> for Failure {
    fn from(error: FieldError) -> Self {
        Self::other(&error.to_string())
    }
}
