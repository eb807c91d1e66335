//! Who listens to a conversation.

/// The rooms in which somebody listens.
pub struct Rooms {}
