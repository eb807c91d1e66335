//! The conversation with the gateway: connect, deliver, execute at most once, answer until acknowledged.

pub mod chat;
pub mod credentials;
pub mod execution;
pub mod frame;
pub mod history;
pub mod http;
pub mod journal;
pub mod memory;
pub mod outbox;
pub mod socket;
pub mod tabs;

use crate::context::Context;
use crate::dom;
use crate::page::info;
use crate::session::Screens;
use crate::task::{Filler, Scope, either, slot};
use crate::ui::Connection;
use credentials::{Credentials, Refusal};
use docent_protocol::event::EventId;
use docent_protocol::json::Object;
use execution::Asks;
use socket::{Heard, Socket};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use tabs::Tabs;

/// How long a silent gateway is waited for after a ping, in milliseconds.
const PATIENCE: i32 = 5_000;
/// The longest pause between two attempts to connect, in milliseconds.
const LONGEST_PAUSE: i32 = 30_000;

/// One visitor's conversation, as this page takes part in it.
pub struct Conversation {
    cx: Context,
    tabs: Rc<Tabs>,
    asks: Asks,
    screens: Screens,
    /// The last event delivered to this page.
    seen: Cell<EventId>,
    /// The log's end when the socket opened: what comes up to here is the past.
    head: Cell<EventId>,
    ended: Cell<bool>,
    /// The page was left and is kept by the browser: it must not connect.
    left: Cell<bool>,
    greeted: Cell<bool>,
    history_read: Cell<bool>,
    link: RefCell<Option<Link>>,
    nudge: RefCell<Option<Filler<()>>>,
    ping: RefCell<Option<dom::Registration>>,
    me: Weak<Self>,
    scope: Scope,
}

struct Link {
    socket: Rc<Socket>,
    closed: Rc<Filler<()>>,
}

impl Conversation {
    /// Takes part in the conversation the memory holds, or begins one.
    pub fn start(cx: Context) -> Rc<Self> {
        let conversation = Rc::new_cyclic(|me: &Weak<Self>| {
            let acting = me.clone();
            let changed = Rc::new(move |acts| {
                if let Some(conversation) = acting.upgrade() {
                    conversation.set_acting(acts);
                }
            });
            Self {
                tabs: Tabs::new(&cx.memory, cx.journal.instance(), changed),
                asks: Asks::default(),
                screens: Screens::default(),
                seen: Cell::new(EventId::START),
                head: Cell::new(EventId::START),
                ended: Cell::new(false),
                left: Cell::new(false),
                greeted: Cell::new(false),
                history_read: Cell::new(false),
                link: RefCell::default(),
                nudge: RefCell::default(),
                ping: RefCell::default(),
                me: me.clone(),
                scope: Scope::new(),
                cx,
            }
        });
        conversation.seen.set(conversation.cx.journal.cursor(&conversation.cx.memory));
        conversation.join();
        let weak = conversation.me.clone();
        conversation.scope.spawn(async move { keep_connected(weak).await });
        conversation
    }

    /// The page is there, or was brought back: take part and make sure of the connection.
    pub fn join(&self) {
        self.left.set(false);
        self.cx.outbox.set_leaving(false);
        self.visibility_changed();
    }

    /// The page became visible or was hidden. A page that was left hides too: it stays left.
    pub fn visibility_changed(&self) {
        if !self.left.get() {
            self.tabs.join(&self.cx.memory, !self.cx.document.hidden());
            self.check();
        }
    }

    /// The page is being left. What is answered from now on goes by every way there is.
    pub fn leaving(&self) {
        self.cx.outbox.set_leaving(true);
        self.remember_place();
    }

    /// The network is gone: a socket would only look open.
    pub fn offline(&self) {
        self.drop_link();
    }

    /// The page was left: a kept page holds no socket and no lock, so that the browser may keep it.
    pub fn leave(&self) {
        self.left.set(true);
        self.tabs.leave(&self.cx.memory);
        self.drop_link();
    }

    /// Another tab changed what is remembered.
    pub fn memory_changed(&self) {
        self.tabs.mark_changed(&self.cx.memory, !self.cx.document.hidden());
        let current = Credentials::recall(&self.cx.memory).map(|credentials| credentials.conversation);
        if current.is_some() && current != info::conversation(&self.cx) {
            self.forget();
            self.drop_link();
        }
    }

    /// Is the gateway still there? After a sleep or a change of network the socket may only look open.
    pub fn check(&self) {
        if let Some(nudge) = self.nudge.take() {
            nudge.fill(());
        }
        let link = self.link.borrow().as_ref().map(|link| link.socket.clone());
        let Some(socket) = link else { return };
        if socket.send("{\"ping\":1}") {
            let weak = self.me.clone();
            let silence = dom::after(PATIENCE, move || {
                if let Some(conversation) = weak.upgrade() {
                    conversation.drop_link();
                }
            });
            let before = self.ping.replace(Some(silence));
            drop(before);
        }
    }

    /// The visitor begins anew after an end.
    fn restart(&self) {
        Credentials::forget(&self.cx.memory);
        self.forget();
        self.drop_link();
        self.check();
    }

    /// What this page knew of a conversation that is no longer its own.
    fn forget(&self) {
        self.asks.clear();
        self.screens.clear();
        self.cx.outbox.clear();
        self.cx.ui.clear_messages();
        self.seen.set(EventId::START);
        self.head.set(EventId::START);
        self.ended.set(false);
        self.history_read.set(false);
        self.cx.apply_state();
    }

    fn heard_something(&self) {
        let ping = self.ping.take();
        drop(ping);
    }

    fn drop_link(&self) {
        self.heard_something();
        self.cx.outbox.detach();
        self.cx.mirror.connect(&self.cx, None);
        let link = self.link.take();
        if let Some(link) = link {
            link.closed.fill(());
        }
    }

    fn set_connection(&self, connection: Connection) {
        info::set_connection(&self.cx, connection);
        self.cx.ui.set_connection(connection);
    }
}

async fn keep_connected(me: Weak<Conversation>) {
    let mut tries = 0;
    loop {
        let Some(conversation) = me.upgrade() else { return };
        let status =
            if conversation.greeted.get() || tries > 0 { Connection::Reconnecting } else { Connection::Starting };
        conversation.set_connection(status);
        let (nudged, pause) = match connect_once(&conversation).await {
            Ok(true) => {
                tries = 0;
                (slot(), 200)
            }
            Ok(false) | Err(Refusal::Later) => (slot(), pause_after(&mut tries)),
            Err(Refusal::Never(reason)) => {
                conversation.set_connection(Connection::Failed);
                crate::page::report(&reason);
                conversation.cx.emit("failed", &Object::new().with("message", &reason));
                return;
            }
        };
        let (nudge, waiting) = nudged;
        *conversation.nudge.borrow_mut() = Some(nudge);
        let left = conversation.left.get();
        drop(conversation);
        if left {
            waiting.await;
        } else {
            either(dom::sleep(pause), waiting).await;
        }
    }
}

/// Longer after each failure, and at random, so that visitors do not come back all at once.
fn pause_after(tries: &mut u32) -> i32 {
    *tries += 1;
    let longest = 500_i32.saturating_mul(1 << (*tries).min(8)).min(LONGEST_PAUSE);
    longest / 4 + (js_sys::Math::random() * f64::from(longest) * 0.75) as i32
}

/// Connects and stays until the socket closes. `Ok(true)` where the gateway had greeted.
async fn connect_once(conversation: &Rc<Conversation>) -> Result<bool, Refusal> {
    let cx = &conversation.cx;
    let base = cx.host.base();
    let credentials = match Credentials::recall(&cx.memory) {
        Some(credentials) => credentials,
        None => Credentials::create(&base, &cx.host.site_key(), &cx.memory).await?,
    };
    info::set_conversation(cx, &credentials.conversation);
    let path = [&base, "/conversation/", &credentials.conversation].concat();
    cx.outbox.set_address([&path, "/Data"].concat(), credentials.token.clone());
    crate::page::set_report_address(&[&path, "/Data"].concat(), &credentials.token);

    let (closed, waiting) = slot();
    let closed = Rc::new(closed);
    let heard = {
        let me = conversation.me.clone();
        let closed = closed.clone();
        move |heard| match heard {
            Heard::Frame(text) => {
                if let Some(conversation) = me.upgrade() {
                    conversation.heard_something();
                    conversation.frame(&text);
                }
            }
            Heard::Closed => closed.fill(()),
        }
    };
    conversation.greeted.set(false);
    let url = ["ws", path.strip_prefix("http").unwrap_or(&path), "/socket"].concat();
    let socket = Socket::open(&url, &credentials.token, heard).map_err(|_| Refusal::Later)?;
    *conversation.link.borrow_mut() = Some(Link { socket: Rc::new(socket), closed: closed.clone() });
    let impatience = {
        let me = conversation.me.clone();
        dom::after(LONGEST_PAUSE / 2, move || {
            if me.upgrade().is_some_and(|conversation| !conversation.greeted.get()) {
                closed.fill(());
            }
        })
    };
    waiting.await;
    drop(impatience);
    conversation.drop_link();
    if conversation.greeted.get() {
        return Ok(true);
    }
    // A browser does not say why a socket was refused: ask over HTTP.
    if credentials.renew(&base, &cx.memory).await?.is_none() {
        conversation.forget();
    }
    Ok(false)
}
