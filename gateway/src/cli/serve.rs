//! `docent serve`: the gateway.

use super::Failure;
use super::settings::{ServeSettings, Settings};
use crate::config::Config;
use crate::telemetry;
use std::process::ExitCode;
use tokio::net::TcpListener;

/// Runs the gateway until it is interrupted or terminated.
#[derive(Debug, clap::Args)]
pub(super) struct Serve {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    serve: ServeSettings,
}

impl Serve {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let config = self.settings.load(Some(self.serve))?;
        telemetry::init(config.log);
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve(config))
    }
}

async fn serve(config: Config) -> Result<ExitCode, Failure> {
    let address = config.listen;
    let listener = TcpListener::bind(address).await.map_err(|cause| Failure::Listen { address, cause })?;
    let address = listener.local_addr()?;
    // Whoever reads that it listens may stop it at once.
    let interrupted = interrupted()?;
    tracing::info!(%address, sites = config.sites.len(), data_dir = %config.data_dir.display(), "listening");
    let _upkeep = telemetry::metrics::keep_up();
    crate::app::run(config, listener, interrupted).await?;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Ends at SIGINT or SIGTERM.
fn interrupted() -> Result<impl Future<Output = ()> + Send + 'static, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("stopping");
    })
}
