//! One socket's life.

use super::frame::{Down, Hello, Refused, Up};
use super::mirror::{Mirror, SIGNAL_BYTES};
use crate::app::AppState;
use crate::conversation::access::Access;
use crate::conversation::data;
use crate::conversation::room::{Listener, Ready};
use crate::error::Error;
use crate::store::{Appended, Conversation, Event};
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, close_code};
use docent_protocol::event::Role;
use futures_util::future::BoxFuture;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use jiff::Timestamp;
use serde_json::Value;
use serde_json::value::RawValue;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::select;
use tokio::time::{Instant, Sleep, timeout};

/// How long delivery waits for the peer's first frame: one that resumes hears nothing out of turn.
const FIRST_FRAME: Duration = Duration::from_secs(1);
/// How often a silent peer is asked whether it is there.
const BEAT: Duration = Duration::from_secs(30);
/// Beats without a word from the peer after which it is gone.
const PATIENCE: u8 = 2;
/// How long a peer may take to take what is written.
const WRITE_TIME: Duration = Duration::from_secs(30);
/// How long a peer may take to answer a close.
const CLOSE_TIME: Duration = Duration::from_secs(2);

/// What ends a socket.
enum End {
    /// The peer is gone, or takes nothing.
    Gone,
    /// It is told to go.
    Close(u16, &'static str),
}

/// What a socket does next.
enum Turn<E> {
    Frame(Option<Result<Message, E>>),
    Stored(Result<Appended, Error>),
    News(Ready),
    Mirror,
    Beat,
}

/// The body that is on its way to the disk. One at a time: the next frame is read when this one is acknowledged.
struct Pending {
    reference: Option<Value>,
    append: BoxFuture<'static, Result<Appended, Error>>,
}

/// One socket.
pub(super) struct Session {
    state: AppState,
    access: Access,
    listener: Listener,
    hello: Utf8Bytes,
    pending: Option<Pending>,
    mirror: Mirror,
    /// Whether events are delivered: since the first frame, or [`FIRST_FRAME`].
    delivers: bool,
    unheard: u8,
}

impl Session {
    /// `listener` stands at the conversation's head.
    pub(super) fn new(
        state: AppState,
        access: Access,
        listener: Listener,
        conversation: &Conversation,
        session: Option<Value>,
    ) -> Self {
        let visitor = access.claims.role == Role::Visitor;
        let site = state.config.site(&access.claims.site).filter(|_| visitor);
        let policy = site.and_then(|site| serde_json::from_str::<&RawValue>(site.policy_json()).ok());
        let hello = Down::Hello { hello: Hello::new(conversation, access.claims.role, policy, session) }.text();
        let mirror = mirror(&state, &access, &listener);
        Self { access, listener, hello, pending: None, mirror, delivers: false, unheard: 0, state }
    }

    /// Serves the socket until either side ends it.
    pub(super) async fn serve<S, E>(mut self: Box<Self>, mut socket: S)
    where
        S: Stream<Item = Result<Message, E>> + Sink<Message> + Unpin,
        E: std::error::Error + 'static,
    {
        if let Err(End::Close(code, reason)) = self.talk(&mut socket).await {
            drop(self);
            Box::pin(close(socket, code, reason)).await;
        }
    }

    async fn talk<S, E>(&mut self, socket: &mut S) -> Result<(), End>
    where
        S: Stream<Item = Result<Message, E>> + Sink<Message> + Unpin,
        E: std::error::Error + 'static,
    {
        let hello = std::mem::take(&mut self.hello);
        write(socket, [Message::Text(hello)]).await?;
        let mut beat = pin!(tokio::time::sleep(FIRST_FRAME));
        loop {
            match self.turn(socket, beat.as_mut()).await {
                Turn::Frame(Some(Ok(message))) => {
                    self.unheard = 0;
                    if !std::mem::replace(&mut self.delivers, true) {
                        beat.as_mut().reset(Instant::now() + BEAT);
                    }
                    if let Some(reply) = self.take_frame(message)? {
                        write(socket, [Message::Text(reply.text())]).await?;
                    }
                }
                Turn::Frame(Some(Err(error))) if is_too_large(&error) => return Err(too_large()),
                Turn::Frame(Some(Err(_))) => return Err(End::Gone),
                Turn::Frame(None) => return Err(End::Gone),
                Turn::Stored(result) => {
                    let reply = self.stored(result).map(|reply| Message::Text(reply.text()));
                    // The event itself is news by now: one write for both.
                    let news = self.news().await?;
                    write(socket, reply.into_iter().chain(news.into_iter().map(text))).await?;
                }
                Turn::News(Ready::Closing) => return Err(End::Close(close_code::AWAY, "the gateway is stopping")),
                Turn::News(Ready::Events) => {
                    let news = self.news().await?;
                    write(socket, news.into_iter().map(text)).await?;
                }
                Turn::Mirror => write(socket, self.mirror.take()).await?,
                Turn::Beat => {
                    beat.as_mut().reset(Instant::now() + BEAT);
                    if std::mem::replace(&mut self.delivers, true) {
                        self.beat(socket).await?;
                    }
                }
            }
        }
    }

    /// What there is to deliver now.
    async fn news(&mut self) -> Result<Vec<Arc<Event>>, End> {
        Box::pin(self.listener.take(&*self.state.store)).await.map_err(|error| {
            tracing::error!(%error, "a socket ended");
            End::Close(close_code::ERROR, "the gateway failed")
        })
    }

    async fn turn<S, E>(&mut self, socket: &mut S, beat: std::pin::Pin<&mut Sleep>) -> Turn<E>
    where
        S: Stream<Item = Result<Message, E>> + Unpin,
    {
        let idle = self.pending.is_none();
        let stored = poll_fn(|cx| match &mut self.pending {
            Some(pending) => pending.append.as_mut().poll(cx),
            None => Poll::Pending,
        });
        select! {
            result = stored => Turn::Stored(result),
            frame = socket.next(), if idle => Turn::Frame(frame),
            ready = self.listener.ready(), if self.delivers => Turn::News(ready),
            () = self.mirror.ready() => Turn::Mirror,
            () = beat => Turn::Beat,
        }
    }

    fn take_frame(&mut self, message: Message) -> Result<Option<Down<'static>>, End> {
        let limit = self.state.config.limits.body_bytes;
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(frame) if frame.len() > self.frame_limit() => return Err(too_large()),
            Message::Binary(frame) => return Ok(told(self.mirror.frame(&frame))),
            Message::Ping(_) | Message::Pong(_) => return Ok(None),
            // The answer to the peer's close is sent by reading on.
            Message::Close(_) => return Ok(None),
        };
        if text.len() > limit {
            return Err(too_large());
        }
        match Up::parse(&text) {
            Ok(Up::Ping(number)) => Ok(Some(Down::Pong { pong: number })),
            Ok(Up::Resume(after)) => {
                self.listener.resume(after);
                Ok(None)
            }
            Ok(Up::Watch(on)) => Ok(told(self.mirror.watch(on))),
            Ok(Up::Snapshot) => Ok(told(self.mirror.ask_snapshot())),
            Ok(Up::Post { reference, key, body }) => Ok(self.post(reference, key.as_deref(), &body)),
            Err(refused) => Ok(Some(refusal(refused))),
        }
    }

    /// The longest binary frame.
    fn frame_limit(&self) -> usize {
        let limits = &self.state.config.limits;
        match self.mirror {
            Mirror::Page(_) => limits.co_browse_bytes,
            // Read so that it can be refused in words.
            Mirror::Agent(_) => limits.body_bytes.max(SIGNAL_BYTES),
        }
    }

    fn post(&mut self, reference: Option<Value>, key: Option<&str>, body: &Value) -> Option<Down<'static>> {
        let claims = &self.access.claims;
        let draft = self.state.limits.check(claims).and_then(|()| data::draft(claims, body, key));
        let draft = match draft {
            Ok(draft) => draft,
            Err(error) => return Some(refusal(Refused { reference, error })),
        };
        let (state, access) = (self.state.clone(), self.access.clone());
        let append = Box::pin(async move { data::append(&state, &access, draft).await });
        self.pending = Some(Pending { reference, append });
        None
    }

    fn stored(&mut self, result: Result<Appended, Error>) -> Option<Down<'static>> {
        let reference = self.pending.take()?.reference;
        match result {
            Ok(appended) => reference.map(|ack| Down::Ack { ack, event_id: appended.event_id.to_string() }),
            Err(error) => Some(refusal(Refused { reference, error })),
        }
    }

    async fn beat<S: Sink<Message> + Unpin>(&mut self, socket: &mut S) -> Result<(), End> {
        if self.access.claims.expires <= Timestamp::now() {
            return Err(End::Close(close_code::POLICY, "the token is over; renew it"));
        }
        if self.unheard >= PATIENCE {
            return Err(End::Gone);
        }
        self.unheard += 1;
        within(socket.send(Message::Ping(Default::default()))).await
    }
}

/// A visitor's page is watched; agents and bots watch.
fn mirror(state: &AppState, access: &Access, listener: &Listener) -> Mirror {
    let (claims, limits) = (&access.claims, &state.config.limits);
    match claims.role {
        Role::Visitor => Mirror::page(listener.relay()),
        role => {
            let id = claims.sub.as_deref().unwrap_or(role.as_str());
            Mirror::agent(listener.relay(), id, limits.co_browse_queue_bytes, limits.co_browse_signals)
        }
    }
}

fn too_large() -> End {
    End::Close(close_code::SIZE, "the frame is over the limit")
}

/// Whether the peer's frame was over the limit up to which frames are read at all.
fn is_too_large(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut error = Some(error);
    while let Some(cause) = error {
        if let Some(tungstenite::Error::Capacity(_)) = cause.downcast_ref() {
            return true;
        }
        error = cause.source();
    }
    false
}

fn text(event: Arc<Event>) -> Message {
    Message::Text(event.json.clone())
}

/// What the peer hears of what it asked for: nothing, where it was done.
fn told(result: Result<(), Error>) -> Option<Down<'static>> {
    result.err().map(|error| refusal(Refused { reference: None, error }))
}

fn refusal(refused: Refused) -> Down<'static> {
    Down::Error { error: refused.error.problem(), reference: refused.reference }
}

async fn write<S>(socket: &mut S, messages: impl IntoIterator<Item = Message>) -> Result<(), End>
where
    S: Sink<Message> + Unpin,
{
    let writing = async {
        for message in messages {
            socket.feed(message).await?;
        }
        socket.flush().await
    };
    within(writing).await
}

/// Gives up on a peer that takes too long. The timer is only made for a write that has to wait.
async fn within<E>(writing: impl Future<Output = Result<(), E>>) -> Result<(), End> {
    let mut writing = pin!(writing);
    let first = poll_fn(|cx| Poll::Ready(writing.as_mut().poll(cx))).await;
    let result = match first {
        Poll::Ready(result) => result,
        Poll::Pending => Box::pin(timeout(WRITE_TIME, writing)).await.map_err(|_| End::Gone)?,
    };
    result.map_err(|_| End::Gone)
}

/// Says why, and gives the peer time to hear it.
async fn close<S, E>(mut socket: S, code: u16, reason: &'static str)
where
    S: Stream<Item = Result<Message, E>> + Sink<Message> + Unpin,
{
    let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
    let closing = async {
        socket.send(Message::Close(Some(frame))).await.ok()?;
        while let Some(Ok(_)) = socket.next().await {}
        Some(())
    };
    // A peer that does not answer in time is left all the same.
    drop(timeout(CLOSE_TIME, closing).await);
}
