//! Connections held open to the server of the browser tests.
//!
//! `wasm-bindgen-test-runner` serves its files with tiny_http 0.12, whose pool of four threads counts a thread as idle
//! until it has taken its work. Of six connections a browser opens at once, two can so be queued behind threads that
//! each wait on a kept-alive connection for ever, and the page never loads. With all four threads taken by
//! connections of ours, the server starts a thread of its own for each of the browser's.

use anyhow::Result;
use std::io::{ErrorKind, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The threads tiny_http starts with.
const THREADS: usize = 4;
/// Between two attempts, and between two connections: longer than a thread takes to take its work.
const PAUSE: Duration = Duration::from_millis(20);

/// Holds the connections to whichever server listens at the address, one server after another, until dropped.
pub(crate) struct Held {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Held {
    /// At a port that is free now.
    pub(crate) fn start() -> Result<Self> {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let stopped = Arc::new(AtomicBool::new(false));
        let thread = thread::spawn({
            let stopped = stopped.clone();
            move || {
                while !stopped.load(Ordering::Relaxed) {
                    hold(address, &stopped);
                    thread::sleep(PAUSE);
                }
            }
        });
        Ok(Self { address, stopped, thread: Some(thread) })
    }

    /// Where the server is to listen.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Connects, and returns when the server has closed a connection, or there is none.
fn hold(address: SocketAddr, stopped: &AtomicBool) {
    let mut connections = Vec::with_capacity(THREADS);
    for _ in 0..THREADS {
        let Ok(connection) = TcpStream::connect(address) else { return };
        if connection.set_read_timeout(Some(PAUSE)).is_err() {
            return;
        }
        connections.push(connection);
        thread::sleep(PAUSE);
    }
    while !stopped.load(Ordering::Relaxed) && connections.iter_mut().all(is_open) {}
}

fn is_open(connection: &mut TcpStream) -> bool {
    match connection.read(&mut [0]) {
        Ok(read) => read > 0,
        Err(error) => matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_server_that_listens_gets_its_connections() {
        let held = Held::start().expect("a free port");
        for _ in 0..2 {
            let server = TcpListener::bind(held.address()).expect("the port");
            let accepted: Vec<_> = (0..THREADS).map(|_| server.accept().expect("a connection")).collect();
            assert_eq!(accepted.len(), THREADS);
        }
    }
}
