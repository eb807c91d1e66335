//! What is measured: a server that carries conversations between bots and visitors.

use anyhow::Result;
use std::future::Future;
use std::time::Duration;

/// A server under load. Conversations are counted from 0.
pub(crate) trait Peer: Send + Sync + 'static {
    /// A visitor's socket.
    type Visitor: Visitor;
    /// A bot's connection.
    type Bot: Bot;

    /// The memory of all its processes, in bytes.
    fn memory(&self) -> Result<u64>;

    /// The processor's time all its processes have taken.
    fn processor_time(&self) -> Result<Duration>;

    /// Begins so many conversations, before anything else.
    fn begin(&mut self, count: usize) -> impl Future<Output = Result<()>> + Send;

    /// Opens a visitor's socket; `seen` is the last thing it heard on an earlier one.
    fn visitor(&self, conversation: usize, seen: Option<&str>) -> impl Future<Output = Result<Self::Visitor>> + Send;

    /// Connects a bot for these conversations.
    fn bot(&self, conversations: &[usize]) -> impl Future<Output = Result<Self::Bot>> + Send;
}

/// What a visitor heard.
pub(crate) struct Heard {
    /// Where to go on after this.
    pub(crate) id: String,
    /// The number the bot gave it.
    pub(crate) number: u64,
}

/// A visitor's socket. Dropping it drops the connection.
pub(crate) trait Visitor: Send + 'static {
    /// The next thing a bot said. `None` where the server has closed.
    fn next(&mut self) -> impl Future<Output = Result<Option<Heard>>> + Send;

    /// Answers a command.
    fn answer(&mut self, heard: &Heard) -> impl Future<Output = Result<()>> + Send;
}

/// A bot's connection.
pub(crate) trait Bot: Send + 'static {
    /// Makes ready to [`ask`](Self::ask).
    fn listen(&mut self) -> impl Future<Output = Result<()>> + Send;

    /// Sends a command, and waits for the visitor's answer.
    fn ask(&mut self, conversation: usize, number: u64) -> impl Future<Output = Result<()>> + Send;

    /// Sends a message, and waits until the server has it.
    fn tell(&mut self, conversation: usize, number: u64) -> impl Future<Output = Result<()>> + Send;
}

/// A bot's message, about as long as people write them. [`number_of`] reads the number.
pub(crate) fn message(number: u64) -> String {
    format!("{number}: the blue one is in stock again, shall I put one aside for you?")
}

/// The number a [`message`] begins with.
pub(crate) fn number_of(message: &str) -> Option<u64> {
    message.split(':').next()?.parse().ok()
}
