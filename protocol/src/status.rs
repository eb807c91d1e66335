//! How a page answers (contract section 1, "Status").

/// The status of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// It was done.
    Success,
    /// The selector yields no node.
    InvalidSelector,
    /// The URL is of another origin.
    OriginMismatch,
    /// The visitor declined.
    Cancelled,
    /// Consent, masking or the site's policy forbids it.
    NotAllowed,
    /// `window.pzl.api` has no such function.
    FunctionNotFound,
    /// The function threw, rejected, did not settle, or its result is no JSON.
    ExecutionError,
    /// Anything else; the answer's `message` says what.
    Error,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 8] = [
        Self::Success,
        Self::InvalidSelector,
        Self::OriginMismatch,
        Self::Cancelled,
        Self::NotAllowed,
        Self::FunctionNotFound,
        Self::ExecutionError,
        Self::Error,
    ];

    /// The status as the wire has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::InvalidSelector => "error|invalidSelector",
            Self::OriginMismatch => "error|originMismatch",
            Self::Cancelled => "error|cancelled",
            Self::NotAllowed => "error|notAllowed",
            Self::FunctionNotFound => "error|functionNotFound",
            Self::ExecutionError => "error|executionError",
            Self::Error => "error",
        }
    }

    /// Reads a status; `ok` is the older word for `success`.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "ok" {
            return Some(Self::Success);
        }
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_reads_back_and_ok_is_success() {
        for status in Status::ALL {
            assert_eq!(Status::parse(status.as_str()), Some(status));
        }
        assert_eq!(Status::parse("ok"), Some(Status::Success));
        assert_eq!(Status::parse("error|"), None);
    }
}
