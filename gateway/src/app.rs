//! The gateway put together: what its handlers share, its routes, and its life from start to stop.

use crate::auth::Keys;
use crate::bot::Bots;
use crate::bot::deliver::{NoSecret, Webhooks};
use crate::config::Config;
use crate::conversation::news::{self, News};
use crate::conversation::room::Rooms;
use crate::error::Error;
use crate::limit::{self, Limits};
use crate::oidc::{self, SignIn};
use crate::session::presence::Presence;
use crate::store::embedded::Embedded;
use crate::store::{Consumer, Store, StoreError, Watch};
use crate::variables::Variables;
use crate::{assets, bot, conversation, cors, openapi, session, telemetry, variables};
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::serve::ListenerExt;
use docent_protocol::envelope::DataType;
use jiff::Timestamp;
use std::any::Any;
use std::collections::HashMap;
use std::future::Future;
use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;
use tower_http::catch_panic::CatchPanicLayer;

/// How long a stop waits for answers and sockets.
const DRAIN: Duration = Duration::from_secs(8);
/// How long a stop waits for the store after that.
const CLOSE: Duration = Duration::from_secs(2);

/// What handlers share. Cloning is cheap.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

/// See [`AppState`].
pub struct Shared {
    /// What is configured.
    pub config: Arc<Config>,
    /// Makes and checks tokens.
    pub keys: Keys,
    /// Where agents sign in.
    pub sign_in: SignIn,
    /// Who may ask how much.
    pub limits: Limits,
    /// The log of every conversation.
    pub store: Arc<dyn Store>,
    /// Who listens to what.
    pub rooms: Arc<Rooms>,
    /// Who listens to what changes on a site.
    pub news: Arc<News>,
    /// What bots remember.
    pub variables: Variables,
    /// Told when a session changes.
    pub sessions_changed: Arc<Notify>,
    /// Which agents are available.
    pub presence: Presence,
    /// The bots whose scripts run here.
    pub bots: Arc<Bots>,
    /// Who is told elsewhere.
    pub webhooks: Arc<Webhooks>,
    /// The sockets that are open.
    pub sockets: TaskTracker,
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// Why the gateway did not run, or did not stop well.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The store could not be opened or closed.
    #[error("the store in {path} failed: {source}")]
    Store {
        /// Its directory.
        path: String,
        /// What it said.
        source: StoreError,
    },
    /// A webhook cannot be signed.
    #[error(transparent)]
    Webhook(#[from] NoSecret),
    /// The listener failed.
    #[error("cannot serve: {0}")]
    Serve(#[from] std::io::Error),
}

impl AppState {
    /// Opens the store and gets everything ready.
    pub fn open(config: Config) -> Result<Self, RunError> {
        let rooms = Arc::new(Rooms::default());
        let news = Arc::new(News::default());
        let (told, all) = (rooms.clone(), news.clone());
        let sessions_changed = Arc::new(Notify::new());
        let changed = sessions_changed.clone();
        let store = Embedded::open(
            &config.data_dir,
            Arc::new(move |id, event| {
                telemetry::metrics::appended(event);
                told.tell(id, event);
                all.tell(id, event);
                if event.data_type == DataType::Session {
                    changed.notify_one();
                }
            }),
        );
        let store = store.map_err(|source| RunError::store(&config, source))?;
        let (keys, sign_in, limits) = (Keys::new(&config), SignIn::new(&config), Limits::new(&config));
        let (config, store): (_, Arc<dyn Store>) = (Arc::new(config), Arc::new(store));
        let variables = Variables::new(store.clone(), config.clone(), Arc::new(Timestamp::now));
        let bots = Arc::new(Bots::new(&config));
        let webhooks = Arc::new(Webhooks::new(&config)?);
        store.watch(watch(&config, bots.clone(), webhooks.clone()));
        let (presence, sockets) = (Presence::default(), TaskTracker::new());
        Ok(Self(Arc::new(Shared {
            config,
            keys,
            sign_in,
            limits,
            store,
            rooms,
            news,
            variables,
            sessions_changed,
            presence,
            bots,
            webhooks,
            sockets,
        })))
    }
}

/// Who is told of which site's events.
fn watch(config: &Config, bots: Arc<Bots>, webhooks: Arc<Webhooks>) -> Watch {
    let mut sites: HashMap<_, Vec<_>> = HashMap::new();
    for site in &config.sites {
        if bots.of(config, &site.key).is_some() {
            sites.entry(site.key.clone()).or_default().push(Consumer::Bot);
        }
    }
    for webhook in &config.webhooks {
        sites.entry(webhook.site.clone()).or_default().push(Consumer::Webhook(webhook.name.clone()));
    }
    let wake = Box::new(move |consumer: &Consumer, id| match consumer {
        Consumer::Bot => bots.wake(id),
        Consumer::Webhook(name) => webhooks.wake(name),
    });
    Watch { sites, wake }
}

impl RunError {
    fn store(config: &Config, source: StoreError) -> Self {
        Self::Store { path: config.data_dir.display().to_string(), source }
    }
}

/// Every route, with what lies around them.
pub fn router(state: AppState) -> Router {
    // Before the layers, so that preflights pass through them.
    let api = conversation::routes()
        .merge(variables::routes())
        .merge(session::routes())
        .merge(bot::routes())
        .method_not_allowed_fallback(not_allowed)
        .layer(axum::middleware::from_fn_with_state(state.clone(), limit::by_address))
        .layer(cors::layer(state.config.clone()));
    // For the console alone, which is of the gateway's own origin.
    let sign_in = oidc::routes()
        .method_not_allowed_fallback(not_allowed)
        .layer(axum::middleware::from_fn_with_state(state.clone(), limit::by_address));
    Router::new()
        .merge(api)
        .merge(sign_in)
        .merge(assets::routes())
        .merge(openapi::routes())
        .merge(telemetry::routes())
        .fallback(assets::page)
        .method_not_allowed_fallback(not_allowed)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(axum::middleware::from_fn(telemetry::observe))
        .with_state(state)
}

async fn not_allowed() -> Error {
    Error::MethodNotAllowed
}

fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let text = cause.downcast_ref::<&str>().map(ToString::to_string).or_else(|| cause.downcast_ref().cloned());
    Error::internal(text.unwrap_or_else(|| "a handler panicked".to_owned())).into_response()
}

/// Serves until `shutdown` is done; then takes no more connections, answers who waits, closes the sockets and the
/// store. That takes 10 seconds at most.
pub async fn run(
    config: Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), RunError> {
    let state = AppState::open(config)?;
    let (rooms, news) = (state.rooms.clone(), state.news.clone());
    let (stopping, stopped) = tokio::sync::oneshot::channel();
    let shutdown = async move {
        shutdown.await;
        rooms.close();
        news.close();
        // Nobody waits for it where serving has failed.
        let _ = stopping.send(());
    };
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection kept Nagle's algorithm");
        }
    });
    let service = router(state.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(shutdown);
    let drained = async {
        // The time begins with the stop, not with the start.
        if stopped.await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        result = drain(serving, &state) => result?,
        () = drained => tracing::warn!("some connections did not end in time"),
        () = upkeep(&state) => {}
    }
    match tokio::time::timeout(CLOSE, state.store.close()).await {
        Ok(closed) => closed.map_err(|source| RunError::store(&state.config, source)),
        Err(_) => Err(RunError::store(&state.config, StoreError::Closed)),
    }
}

/// What goes on beside serving. It has no end of its own.
async fn upkeep(state: &AppState) {
    let sessions = state.sessions();
    tokio::join!(
        state.variables.keep_swept(),
        state.sign_in.prepare(),
        sessions.keep_time(),
        news::keep_telling(state),
        bot::keep_running(state),
        bot::deliver::keep_delivering(state),
    );
    std::future::pending().await
}

async fn drain(serving: impl IntoFuture<Output = std::io::Result<()>>, state: &AppState) -> std::io::Result<()> {
    serving.await?;
    state.sockets.close();
    state.sockets.wait().await;
    Ok(())
}
