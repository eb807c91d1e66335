//! A socket's life, over channels and with a clock of the tests' own.

use super::session::Session;
use crate::app::AppState;
use crate::auth::Claims;
use crate::config::{Draft as ConfigDraft, Secret, SiteKey};
use crate::conversation::ConversationId;
use crate::conversation::access::Access;
use crate::store::Draft;
use axum::extract::ws::Message;
use docent_protocol::envelope::DataType;
use docent_protocol::event::{EventId, Role};
use futures_util::{Sink, Stream};
use jiff::{Timestamp, ToSpan};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::PollSender;

/// The gateway's end of the wire.
struct Wire {
    up: mpsc::Receiver<Result<Message, io::Error>>,
    down: PollSender<Message>,
}

impl Stream for Wire {
    type Item = Result<Message, io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.up.poll_recv(cx)
    }
}

fn broken<T>(_: T) -> io::Error {
    io::ErrorKind::BrokenPipe.into()
}

impl Sink<Message> for Wire {
    type Error = io::Error;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.down.poll_reserve(cx).map_err(broken)
    }

    fn start_send(mut self: Pin<&mut Self>, message: Message) -> io::Result<()> {
        self.down.send_item(message).map_err(broken)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// The peer's end.
struct Peer {
    state: AppState,
    id: ConversationId,
    up: mpsc::Sender<Result<Message, io::Error>>,
    down: mpsc::Receiver<Message>,
    serving: JoinHandle<()>,
    _dir: tempfile::TempDir,
}

impl Peer {
    /// Connects; the wire holds one message. The clock stands from then on.
    async fn connect(expires: Timestamp) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let text = "[[site]]\nkey = \"demo\"\norigins = [\"http://localhost:*\"]\n";
        let secret = Secret::new("s".repeat(32)).expect("long enough");
        let mut config = ConfigDraft::parse(text).expect("a configuration").with_secret(secret);
        config.data_dir = dir.path().to_owned();
        let state = AppState::open(config).expect("opens");
        let (id, site) = (ConversationId::random().expect("randomness"), SiteKey::new("demo"));
        let conversation = state.store.create(id, site.clone()).await.expect("created");
        let claims = Claims { role: Role::Visitor, site, conversation: Some(id), sub: None, expires };
        let listener = state.rooms.join(id, EventId::START, true);
        let session = Session::new(state.clone(), Access { id, claims }, listener, &conversation, None);
        let ((up, up_end), (down_end, down)) = (mpsc::channel(4), mpsc::channel(1));
        let wire = Wire { up: up_end, down: PollSender::new(down_end) };
        let serving = tokio::spawn(Box::new(session).serve(wire));
        let mut peer = Self { state, id, up, down, serving, _dir: dir };
        assert!(matches!(peer.down.recv().await, Some(Message::Text(_))), "hello");
        tokio::time::pause();
        peer
    }

    async fn append(&self) {
        let draft = Draft {
            site: SiteKey::new("demo"),
            role: Role::Agent,
            from: None,
            data_type: DataType::Message,
            data: "{}".to_owned(),
            answers: None,
            key: None,
            act: None,
        };
        self.state.store.append(self.id, draft).await.expect("appended");
    }
}

fn later() -> Timestamp {
    Timestamp::now() + 1.hour()
}

#[tokio::test]
async fn a_silent_peer_is_asked_twice_and_left() {
    let mut peer = Peer::connect(later()).await;
    assert_eq!(peer.state.rooms.connected(peer.id), 1);
    for _ in 0..2 {
        assert!(matches!(peer.down.recv().await, Some(Message::Ping(_))));
    }
    assert_eq!(peer.down.recv().await, None);
    peer.serving.await.expect("ended");
    assert_eq!(peer.state.rooms.connected(peer.id), 0);
}

#[tokio::test]
async fn a_peer_that_answers_is_kept() {
    let mut peer = Peer::connect(later()).await;
    for _ in 0..20 {
        assert!(matches!(peer.down.recv().await, Some(Message::Ping(_))));
        peer.up.send(Ok(Message::Pong(Default::default()))).await.expect("sent");
    }
    assert!(!peer.serving.is_finished());
}

#[tokio::test]
async fn a_peer_that_speaks_at_once_is_not_asked_at_once() {
    let mut peer = Peer::connect(later()).await;
    let begun = Instant::now();
    peer.up.send(Ok(Message::text("{\"ping\":1}"))).await.expect("sent");
    assert!(matches!(peer.down.recv().await, Some(Message::Text(_))), "pong");
    assert!(matches!(peer.down.recv().await, Some(Message::Ping(_))));
    assert!(begun.elapsed() >= Duration::from_secs(29), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_peer_that_takes_nothing_is_left() {
    let peer = Peer::connect(later()).await;
    tokio::time::resume();
    for _ in 0..5 {
        peer.append().await;
    }
    // Until the wire is full.
    while peer.down.is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    tokio::time::pause();
    tokio::time::timeout(Duration::from_secs(31), peer.serving).await.expect("left in time").expect("ended");
    assert_eq!(peer.state.rooms.connected(peer.id), 0);
}

#[tokio::test]
async fn a_token_that_is_over_ends_the_socket() {
    let mut peer = Peer::connect(Timestamp::now() - 1.second()).await;
    match peer.down.recv().await {
        Some(Message::Close(Some(frame))) => assert_eq!(frame.code, 1008, "{}", frame.reason),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_stop_closes_the_socket_with_a_reason() {
    let mut peer = Peer::connect(later()).await;
    peer.state.rooms.close();
    match peer.down.recv().await {
        Some(Message::Close(Some(frame))) => assert_eq!(frame.code, 1001, "{}", frame.reason),
        other => panic!("{other:?}"),
    }
    // The peer does not answer; it is left all the same.
    peer.serving.await.expect("ended");
}

#[tokio::test]
async fn a_broken_wire_leaves_the_room() {
    let peer = Peer::connect(later()).await;
    peer.up.send(Err(io::ErrorKind::ConnectionReset.into())).await.expect("sent");
    peer.serving.await.expect("ended");
    assert_eq!(peer.state.rooms.connected(peer.id), 0);
}
