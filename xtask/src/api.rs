//! The gateway held against its own description: requests generated from `/openapi.json`, valid and not. No server error,
//! no answer that is not described.

use crate::project::Project;
use crate::run::{command, line, read, say};
use anyhow::{Context, Result, bail};
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";
/// How long requests are generated, in seconds.
const TIME: &str = "90";
/// How long all may take.
const LIMIT: Duration = Duration::from_secs(170);
const START_LIMIT: Duration = Duration::from_secs(30);
const SECRET: &str = "only-for-this-run-and-only-on-this-machine";

/// Runs schemathesis against a gateway of its own.
pub(crate) fn test(project: &Project, schemathesis: &Path) -> Result<()> {
    let folder = project.target.join("api-test");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let listen = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
    let config = project.path("tests/api/docent.toml");
    let docent = |args: &[&str]| {
        let mut docent = command(project.gateway(false), args);
        docent.arg("--config").arg(&config).current_dir(&project.root).env("DOCENT_SECRET", SECRET);
        docent
    };
    let mut serve = docent(&["serve"]);
    serve.env("DOCENT_LISTEN", &listen).env("DOCENT_DATA_DIR", folder.join("data"));
    let log = fs::File::create(folder.join("log"))?;
    let mut gateway = Running(serve.stdout(log.try_clone()?).stderr(log).spawn().context("starting the gateway")?);
    let url = format!("http://{listen}");
    gateway.wait_until_healthy(&url).with_context(|| format!("its log is {}", folder.join("log").display()))?;
    let token = read(&mut docent(&["token", "--role", "agent", "--sub", "api-test", "--site", "demo"]))?;
    say(format!("requests generated from {url}/openapi.json"));
    let mut generate = command(schemathesis, ["run", &format!("{url}/openapi.json"), "--checks", CHECKS]);
    generate.args([
        "--exclude-path-regex",
        "/socket$",
        "--phases",
        "coverage,fuzzing",
        "--max-examples",
        "20",
        "--max-time",
        TIME,
    ]);
    generate.args(["--continue-on-failure", "--suppress-health-check", "all", "--request-timeout", "30"]);
    // The same requests every time: what is found is found by everybody.
    generate.args(["--generation-deterministic", "--no-color", "--warnings", "off"]);
    generate
        .env("DOCENT_URL", &url)
        .env("DOCENT_TOKEN", token)
        .env("SCHEMATHESIS_HOOKS", "hooks")
        .env("PYTHONDONTWRITEBYTECODE", "1");
    within_limit(generate.env("PYTHONPATH", project.path("tests/api")).current_dir(&folder))?;
    gateway.still_runs()
}

fn within_limit(generate: &mut Command) -> Result<()> {
    eprintln!("    $ {}", line(generate));
    let mut generator = Running(generate.spawn().context("starting schemathesis")?);
    let end = Instant::now() + LIMIT;
    while Instant::now() < end {
        match generator.0.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => bail!("schemathesis found something ({status}): see above"),
            None => sleep(Duration::from_millis(100)),
        }
    }
    bail!("schemathesis has not ended within {LIMIT:?}");
}

/// Ended when this is dropped.
struct Running(Child);

impl Running {
    fn wait_until_healthy(&mut self, url: &str) -> Result<()> {
        let end = Instant::now() + START_LIMIT;
        while Instant::now() < end {
            self.still_runs()?;
            if ureq::get(format!("{url}/healthz")).call().is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(50));
        }
        bail!("the gateway does not answer at {url}");
    }

    fn still_runs(&mut self) -> Result<()> {
        match self.0.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("the gateway ended ({status})"),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
