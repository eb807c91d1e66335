//! A server as a process: started, watched, stopped.

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{self, File};
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a server may take to listen.
const START: Duration = Duration::from_secs(10);
/// How long it may take to stop.
const STOP: Duration = Duration::from_secs(15);

/// A running server with a directory of its own. Both are gone when it is dropped.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
    _dir: TempDir,
}

/// A port of the loopback interface that was free a moment ago.
pub(crate) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

impl Server {
    /// Starts a command that will listen on `address`, and waits until it does.
    pub(crate) fn start(mut command: Command, dir: TempDir, address: SocketAddr) -> Result<Self> {
        let log = dir.path().join("log");
        let out = File::create(&log)?;
        let child = command.stdout(out.try_clone()?).stderr(out).spawn();
        let child = child.with_context(|| format!("{:?} cannot be started", command.get_program()))?;
        let mut server = Self { child, address, _dir: dir };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            if server.child.try_wait()?.is_some() || begun.elapsed() > START {
                bail!("{:?} does not listen. It says:\n{}", command.get_program(), fs::read_to_string(&log)?);
            }
            sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The memory of the process and its children, in bytes. What they share counts once (PSS).
    pub(crate) fn memory(&self) -> Result<u64> {
        self.processes()?.iter().map(|pid| memory_of(pid)).sum()
    }

    /// The processor's time the process and its children have taken.
    pub(crate) fn processor_time(&self) -> Result<Duration> {
        self.processes()?.iter().map(|pid| processor_time_of(pid)).sum()
    }

    fn processes(&self) -> Result<Vec<String>> {
        let pid = self.child.id();
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
        Ok([pid.to_string()].into_iter().chain(children.split_whitespace().map(str::to_owned)).collect())
    }
}

fn memory_of(pid: &str) -> Result<u64> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).context("no Pss in smaps_rollup")?;
    let kib: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib * 1024)
}

/// User's and system's, as the scheduler counts them (`utime` and `stime` are coarser).
fn processor_time_of(pid: &str) -> Result<Duration> {
    let mut nanos = 0;
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        let schedstat = fs::read_to_string(task?.path().join("schedstat"))?;
        nanos += schedstat.split(' ').next().unwrap_or_default().parse::<u64>()?;
    }
    Ok(Duration::from_nanos(nanos))
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, Signal::TERM);
        }
        let begun = Instant::now();
        while begun.elapsed() < STOP {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            sleep(Duration::from_millis(20));
        }
        eprintln!("the server has not stopped after {STOP:?}; it is killed");
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the figures stand on: cores, kernel, and what it costs to make a write durable in `dir`.
pub(crate) fn machine(dir: &Path) -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let load = fs::read_to_string("/proc/loadavg")?;
    let load = load.split(' ').next().unwrap_or_default();
    let sync = sync_time(dir)?;
    Ok(format!("{cores} cores, Linux {}, load before the run {load}, fdatasync of 4 KiB {sync:.0?}", kernel.trim()))
}

/// The median of a few.
fn sync_time(dir: &Path) -> Result<Duration> {
    let mut file = tempfile::tempfile_in(dir)?;
    let mut times = Vec::new();
    for _ in 0..51 {
        file.write_all(&[0; 4096])?;
        let begun = Instant::now();
        file.sync_data()?;
        times.push(begun.elapsed());
    }
    times.sort();
    Ok(times[times.len() / 2])
}
