//! The gateway held against its own description: requests generated from `/openapi.json`, valid and not. No server error,
//! no answer that is not described.

use crate::project::Project;
use crate::run::{command, read, run, say};
use crate::tools;
use anyhow::{Context, Result, bail};
use std::fs;
use std::net::TcpListener;
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";
/// Seconds.
const TIME: &str = "100";
const START_LIMIT: Duration = Duration::from_secs(30);
const SECRET: &str = "only-for-this-run-and-only-on-this-machine";

/// Runs schemathesis against a gateway of its own.
pub(crate) fn test(project: &Project) -> Result<()> {
    let schemathesis = tools::schemathesis(project)?;
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
    let mut gateway = Gateway(serve.stdout(log.try_clone()?).stderr(log).spawn().context("starting the gateway")?);
    let url = format!("http://{listen}");
    gateway.wait_until_healthy(&url).with_context(|| format!("its log is {}", folder.join("log").display()))?;
    let token = read(&mut docent(&["token", "--role", "agent", "--sub", "api-test", "--site", "demo"]))?;
    say(format!("requests generated from {url}/openapi.json, for {TIME} s"));
    let mut generate = command(schemathesis, ["run", &format!("{url}/openapi.json"), "--checks", CHECKS]);
    generate.args([
        "--exclude-path-regex",
        "/socket$",
        "--max-time",
        TIME,
        "--max-examples",
        "20",
        "--phases",
        "examples,coverage,fuzzing",
    ]);
    generate.args(["--continue-on-failure", "--suppress-health-check", "all", "--request-timeout", "30"]);
    generate.args(["--generation-database", "none", "--seed", "1", "--no-color", "--warnings", "off"]);
    generate
        .env("DOCENT_URL", &url)
        .env("DOCENT_TOKEN", token)
        .env("SCHEMATHESIS_HOOKS", "hooks")
        .env("PYTHONDONTWRITEBYTECODE", "1");
    run(generate.env("PYTHONPATH", project.path("tests/api")).current_dir(&folder))?;
    gateway.still_runs()
}

/// Ended when this is dropped.
struct Gateway(Child);

impl Gateway {
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

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
