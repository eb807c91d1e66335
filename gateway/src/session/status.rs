//! Where a chat session stands.

use serde_json::{Value, json};

macro_rules! statuses {
    ($($(#[doc = $doc:literal])* $Name:ident = $number:literal,)*) => {
        /// Where a chat session stands (contract section 4): the wire's numbers and names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum SessionStatus { $($(#[doc = $doc])* $Name = $number,)* }

        impl SessionStatus {
            /// Every status, in the order of the numbers.
            pub const ALL: [Self; 12] = [$(Self::$Name,)*];

            /// The name the wire has.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$Name => stringify!($Name),)* }
            }
        }
    };
}

statuses! {
    /// It is not there yet.
    Invalid = 0,
    /// The visitor fills in the form before the chat.
    PreChatForm = 1,
    /// The visitor's question is looked up in the FAQ.
    Faq = 2,
    /// Nobody is there; the visitor may leave a request.
    OfflineForm = 3,
    /// The visitor waits for somebody.
    InQueue = 4,
    /// The visitor spoke last.
    CustomerLast = 5,
    /// An agent or bot spoke last.
    UserLast = 6,
    /// The chat is over; the form after it is shown. A message of the visitor takes it up again.
    Finished = 7,
    /// It was deleted.
    Deleted = 8,
    /// It is over.
    Closed = 9,
    /// The visitor left a request.
    RequestPosted = 10,
    /// It ended before anybody took it.
    ClosedFromQueue = 11,
}

impl SessionStatus {
    /// The number the wire has.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The status of this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The status of this name; letter case is free.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name().eq_ignore_ascii_case(name))
    }

    /// Whether it is over for good: the log takes no more events.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Deleted | Self::Closed | Self::ClosedFromQueue)
    }

    /// `{"status": NUMBER, "name": NAME}`.
    pub fn wire(self) -> Value {
        json!({"status": self.number(), "name": self.name()})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_the_documents() {
        let names = "Invalid PreChatForm Faq OfflineForm InQueue CustomerLast UserLast Finished Deleted Closed \
                     RequestPosted ClosedFromQueue";
        for (number, name) in (0_u8..).zip(names.split_whitespace()) {
            let status = SessionStatus::from_number(number).expect("a status");
            assert_eq!((status.number(), status.name()), (number, name));
            assert_eq!(SessionStatus::parse(&name.to_lowercase()), Some(status));
        }
        assert_eq!(SessionStatus::from_number(12), None);
        assert_eq!(SessionStatus::parse("pending"), None);
    }
}
