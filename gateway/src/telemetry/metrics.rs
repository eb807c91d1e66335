//! `GET /metrics`: figures, in Prometheus' text format. Every figure's name stands here.

use crate::app::AppState;
use crate::store::Event;
use axum::extract::State;
use axum::response::IntoResponse;
use docent_protocol::event::Role;
use http::{Method, StatusCode, header};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::time::Duration;
use tokio_util::task::AbortOnDropHandle;

const REQUESTS: &str = "docent_http_requests_total";
const DURATION: &str = "docent_http_request_duration_seconds";
const SOCKETS: &str = "docent_sockets";
const APPENDS: &str = "docent_events_appended_total";
const COMMIT: &str = "docent_store_commit_jobs";
const QUEUE: &str = "docent_store_queue";
const ROOMS: &str = "docent_rooms";
const MIRRORED: &str = "docent_co_browse_bytes_total";
const BEHIND: &str = "docent_co_browse_fell_behind_total";

const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 10.0, 60.0];
const BATCHES: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];
/// How often what has been measured is folded into the histograms; until then it is kept one by one.
const UPKEEP: Duration = Duration::from_secs(1);

static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// The process has one recorder. `None` where another library has set its own.
fn recorder() -> Option<&'static PrometheusHandle> {
    RECORDER.get_or_init(|| install().inspect_err(|error| tracing::error!(%error, "no metrics")).ok()).as_ref()
}

fn install() -> Result<PrometheusHandle, BuildError> {
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(DURATION.to_owned()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Full(COMMIT.to_owned()), &BATCHES)?;
    let handle = builder.install_recorder()?;
    describe_counter!(REQUESTS, "Requests, by method, route and status");
    describe_histogram!(DURATION, "From a request's head to its answer's, in seconds, by route");
    describe_gauge!(SOCKETS, "Open sockets, by role");
    describe_counter!(APPENDS, "Events made durable, by data type");
    describe_histogram!(COMMIT, "Appends (and new conversations) made durable by one commit");
    describe_gauge!(QUEUE, "Jobs waiting for the store's writer");
    describe_gauge!(ROOMS, "Conversations somebody listens to");
    describe_counter!(MIRRORED, "Bytes of visitors' pages relayed, counted once a watcher");
    describe_counter!(BEHIND, "Times a watcher was too slow and needed a new snapshot");
    Ok(handle)
}

/// Keeps the histograms small for as long as the handle lives. Without it, what is measured between two visits to
/// `/metrics` adds up in memory.
#[must_use = "upkeep ends when the handle is dropped"]
pub fn keep_up() -> AbortOnDropHandle<()> {
    AbortOnDropHandle::new(tokio::spawn(async {
        loop {
            tokio::time::sleep(UPKEEP).await;
            if let Some(recorder) = recorder() {
                recorder.run_upkeep();
            }
        }
    }))
}

/// Counts a request that has been answered. `route` is the router's pattern, never the address: the number of figures
/// must not follow what clients make up.
pub(super) fn answered(method: &Method, route: &str, status: StatusCode, took: Duration) {
    let method = match *method {
        Method::GET | Method::POST | Method::HEAD | Method::OPTIONS => method.as_str().to_owned(),
        _ => "other".to_owned(),
    };
    let route = route.to_owned();
    histogram!(DURATION, "route" => route.clone()).record(took);
    counter!(REQUESTS, "method" => method, "route" => route, "status" => status.as_u16().to_string()).increment(1);
}

/// Counts an event that is durable.
pub fn appended(event: &Event) {
    counter!(APPENDS, "data_type" => event.data_type.as_str()).increment(1);
}

/// Counts a frame of a visitor's page that waits for a watcher.
pub fn mirrored(bytes: usize) {
    counter!(MIRRORED).increment(bytes as u64);
}

/// Counts a watcher that was too slow.
pub fn mirror_fell_behind() {
    counter!(BEHIND).increment(1);
}

/// Measures a commit and what waits behind it.
pub fn committed(jobs: usize, queued: usize) {
    // Neither comes near 2⁵³.
    histogram!(COMMIT).record(jobs as f64);
    gauge!(QUEUE).set(queued as f64);
}

/// An open socket; counted until it is dropped.
#[derive(Debug)]
#[must_use = "the socket is counted for as long as this lives"]
pub struct OpenSocket(Role);

impl OpenSocket {
    /// Counts a socket of this role.
    pub fn new(role: Role) -> Self {
        gauge!(SOCKETS, "role" => role.as_str()).increment(1.0);
        Self(role)
    }
}

impl Drop for OpenSocket {
    fn drop(&mut self) {
        gauge!(SOCKETS, "role" => self.0.as_str()).decrement(1.0);
    }
}

/// Answers with all figures.
pub async fn get(State(state): State<AppState>) -> impl IntoResponse {
    gauge!(ROOMS).set(state.rooms.count() as f64);
    let text = recorder().map(PrometheusHandle::render).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
}

/// Begins to count. Later calls change nothing.
pub fn init() {
    recorder();
}
