//! `cargo xtask demo`: the gateway and a shop that embeds the widget, on this machine.

use crate::build;
use crate::project::Project;
use crate::run::{command, read, say};
use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

const TOKEN_LIFETIME: &str = "12h";
const START_LIMIT: Duration = Duration::from_secs(30);
/// The exit code of a process that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// Build all and start the gateway with a demo shop on this machine
#[derive(clap::Args)]
pub(crate) struct Demo {
    /// The port on the loopback address.
    #[arg(long, default_value_t = 8080)]
    port: u16,
}

impl Demo {
    pub(crate) fn run(self, project: &Project) -> Result<()> {
        self.check_port()?;
        build::web(project)?;
        // Not --release: the first build takes a third of the time, and the tests use the same one.
        build::gateway(project, false)?;
        self.check_port()?;
        let place = Place::new(project)?;
        place.make_secret()?;
        fs::write(&place.config, self.config(project, &place)?)?;
        let mut gateway = Gateway::start(project, &place.config)?;
        gateway.wait_until_healthy(self.port)?;
        let token = place.make_token(project)?;
        self.fill_faq(project, &token)?;
        println!("{}", self.greeting(project, &place, &token));
        gateway.wait()
    }

    fn check_port(&self) -> Result<()> {
        let Self { port } = self;
        match TcpListener::bind(("127.0.0.1", *port)) {
            Ok(_) => Ok(()),
            Err(error) => bail!("port {port}: {error}; choose another with `cargo xtask demo --port {}`", next(*port)),
        }
    }

    fn config(&self, project: &Project, place: &Place) -> Result<String> {
        let mut text = String::from("# Written by `cargo xtask demo`.\n");
        writeln!(text, "listen = \"127.0.0.1:{}\"", self.port)?;
        writeln!(text, "data_dir = {:?}", place.folder.join("data"))?;
        writeln!(text, "secret_file = {:?}", place.secret)?;
        writeln!(text, "assets = {:?}", project.dist().join("widget"))?;
        writeln!(text, "\n[[channel]]\nid = 1\nname = \"shop\"\nbot = \"Lun\"\nfaq = {{ threshold = 0.4 }}")?;
        writeln!(text, "\n[[bot]]\nname = \"Lun\"\ndir = {:?}\npatience_s = 60", project.path("demo"))?;
        writeln!(text, "\n[[site]]\nkey = \"demo\"\nname = \"Demo\"\nchannel = \"shop\"")?;
        writeln!(text, "origins = [\"http://localhost:*\", \"http://127.0.0.1:*\", \"http://[::1]:*\"]")?;
        for (path, pages) in [("/", "demo"), ("/console/", "console")] {
            let pages = project.dist().join(pages);
            if pages.is_dir() {
                writeln!(text, "\n[[page]]\npath = \"{path}\"\ndir = {pages:?}\nconsole = {}", path == "/console/")?;
            }
        }
        // Nearer than `/console/`: whoever opens the demo's console is signed in. Elsewhere that file holds nothing.
        writeln!(text, "\n[[page]]\npath = \"/console/settings/\"\ndir = {:?}", place.settings)?;
        writeln!(text, "[page.headers]\ncache-control = \"no-store\"")?;
        Ok(text)
    }

    /// What the shop's bot answers from; an agent may have changed it since.
    fn fill_faq(&self, project: &Project, token: &str) -> Result<()> {
        let (url, bearer) = (format!("http://127.0.0.1:{}/faq", self.port), format!("Bearer {token}"));
        let kept = ureq::get(&url).header("authorization", &bearer).call()?.body_mut().read_to_string()?;
        let kept: serde_json::Value = serde_json::from_str(&kept)?;
        if kept["entries"].as_array().is_some_and(|entries| !entries.is_empty()) {
            return Ok(());
        }
        let entries: Vec<serde_json::Value> = serde_json::from_slice(&fs::read(project.path("demo/faq.json"))?)?;
        for entry in entries {
            let post = ureq::post(&url).header("authorization", &bearer).header("content-type", "application/json");
            post.send(entry.to_string())?;
        }
        Ok(())
    }

    fn greeting(&self, project: &Project, place: &Place, token: &str) -> String {
        let url = format!("http://localhost:{}", self.port);
        let console = if project.dist().join("console").is_dir() {
            format!("    Console   {url}/console/\n")
        } else {
            String::new()
        };
        let body = r#"{"dataType":"command","data":{"type":"highlightDom","selector":"//button[@id=\"buy\"]","label":"Buy here"}}"#;
        format!(
            "\n    Shop      {url}/\n{console}    Token     {token}\n              \
             (an agent's, good for {TOKEN_LIFETIME}; also in {token_file})\n\n\
             Open the shop and say something to its bot (demo/Lun.js, read again when it changes), or highlight the \
             buy button yourself:\n\n\
             curl -s -X POST '{url}/conversation/latest/Data?wait=10' \
             -H \"Authorization: Bearer $(cat '{token_file}')\" -H 'Content-Type: application/json' -d '{body}'\n\n\
             Ctrl-C ends the demo.\n",
            token_file = place.token.display(),
        )
    }
}

fn next(port: u16) -> u16 {
    port.checked_add(1).unwrap_or(8080)
}

/// Where the demo keeps its files.
struct Place {
    folder: PathBuf,
    config: PathBuf,
    secret: PathBuf,
    token: PathBuf,
    /// What the console reads when it starts.
    settings: PathBuf,
    _lock: File,
}

impl Place {
    fn new(project: &Project) -> Result<Self> {
        let folder = project.path("target/demo");
        let settings = folder.join("console-settings");
        fs::create_dir_all(&settings)?;
        let lock = File::create(folder.join("lock"))?;
        if lock.try_lock().is_err() {
            bail!("a demo of this checkout is running already; end it first");
        }
        let [config, secret, token] = ["docent.toml", "secret", "agent-token"].map(|name| folder.join(name));
        Ok(Self { folder, config, secret, token, settings, _lock: lock })
    }

    /// Once; a later demo's visitors keep their conversations.
    fn make_secret(&self) -> Result<()> {
        if self.secret.is_file() {
            return Ok(());
        }
        let mut bytes = [0; 32];
        File::open("/dev/urandom")?.read_exact(&mut bytes)?;
        write_private(&self.secret, &bytes.map(|byte| format!("{byte:02x}")).concat())
    }

    fn make_token(&self, project: &Project) -> Result<String> {
        let mut issue = command(project.gateway(false), ["token", "--role", "agent", "--sub", "demo"]);
        let token = read(issue.args(["--ttl", TOKEN_LIFETIME, "--config"]).arg(&self.config))?;
        write_private(&self.token, &token)?;
        write_private(&self.settings.join("sign-in.json"), &serde_json::json!({ "token": token }).to_string())?;
        Ok(token)
    }
}

fn write_private(path: &Path, text: &str) -> Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    Ok(file.write_all(text.as_bytes())?)
}

/// The running server; ended when this is dropped.
struct Gateway(Child);

impl Gateway {
    fn start(project: &Project, config: &Path) -> Result<Self> {
        say("starting the gateway");
        let mut serve = command(project.gateway(false), ["serve", "--config"]);
        let gateway = Self(serve.arg(config).current_dir(&project.root).spawn().context("starting the gateway")?);
        let pid = gateway.pid()?;
        // The terminal tells the gateway of Ctrl-C itself; a SIGTERM comes only here.
        ctrlc::set_handler(move || terminate(pid))?;
        Ok(gateway)
    }

    fn pid(&self) -> Result<Pid> {
        Ok(Pid::from_raw(self.0.id().try_into()?))
    }

    fn wait_until_healthy(&mut self, port: u16) -> Result<()> {
        let end = Instant::now() + START_LIMIT;
        while Instant::now() < end {
            if let Some(status) = self.0.try_wait()? {
                bail!("the gateway ended at once ({status}); what it says above tells why");
            }
            if ureq::get(format!("http://127.0.0.1:{port}/healthz")).call().is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(50));
        }
        bail!("the gateway does not answer on port {port}");
    }

    fn wait(mut self) -> Result<()> {
        let status = self.0.wait()?;
        if status.success() || status.code() == Some(INTERRUPTED) {
            say("the demo has ended");
            return Ok(());
        }
        bail!("the gateway failed ({status})");
    }
}

/// It may be gone already, which is as well.
fn terminate(pid: Pid) {
    let _ = kill(pid, Signal::SIGTERM);
}

impl Drop for Gateway {
    fn drop(&mut self) {
        if let (Ok(None), Ok(pid)) = (self.0.try_wait(), self.pid()) {
            terminate(pid);
            let _ = self.0.wait();
        }
    }
}
