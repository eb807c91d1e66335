//! `cargo xtask test`: every test, or only the steps named.

use crate::held::Held;
use crate::project::Project;
use crate::run::{cargo, run, say, time};
use crate::tools;
use crate::{api, build, e2e, size, tidy};
use anyhow::{Result, bail};
use clap::ValueEnum;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// Run every test
#[derive(clap::Args)]
pub(crate) struct Test {
    /// Only these steps.
    #[arg(value_enum)]
    steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Step {
    /// Install what is missing.
    Tools,
    /// Formats, lints, types, the tree's rules.
    Tidy,
    /// Unit and property tests of protocol, gateway and xtask.
    Native,
    /// Build what is served, and the gateway.
    Build,
    /// Requests generated from the API's description, against the gateway.
    Api,
    /// The widget's size against its budget.
    Size,
    /// The widget's tests in Chromium.
    Chromium,
    /// The widget's tests in Firefox.
    Firefox,
    /// The whole, in Chromium against the real gateway.
    E2e,
}

enum Outcome {
    Passed,
    Failed,
    /// And why.
    Skipped(String),
}

impl Test {
    pub(crate) fn run(self, project: &Project) -> Result<()> {
        let steps = if self.steps.is_empty() { Step::value_variants() } else { &self.steps };
        let mut report = Vec::new();
        for step in steps {
            say(format!("test step {}", step.name()));
            let begin = Instant::now();
            let outcome = step.run(project).unwrap_or_else(|error| {
                say(format!("{} FAILED: {error:#}", step.name()));
                Outcome::Failed
            });
            let broken = *step == Step::Tools && matches!(outcome, Outcome::Failed);
            report.push((*step, outcome, begin.elapsed()));
            if broken {
                break;
            }
        }
        conclude(&report)
    }
}

impl Step {
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    fn run(self, project: &Project) -> Result<Outcome> {
        match self {
            Self::Tools => {
                tools::for_build(project)?;
                tools::for_tests(project)?;
            }
            Self::Tidy => tidy::Tidy::CHECK.run(project)?,
            Self::Native => {
                run(&mut cargo(&project.root, ["test", "--no-fail-fast", "--workspace", "--exclude", "docent-widget"]))?
            }
            Self::Build => {
                build::web(project)?;
                build::gateway(project, false)?;
            }
            Self::Api => {
                let schemathesis = match tools::schemathesis(project) {
                    Ok(program) => program,
                    Err(error) => return Ok(Outcome::Skipped(format!("{error:#}"))),
                };
                build::gateway(project, false)?;
                api::test(project, &schemathesis)?;
            }
            Self::Size => size::Size::CHECK.run(project)?,
            Self::Chromium => {
                let tools = tools::for_tests(project)?;
                test_in_browser(project, "CHROMEDRIVER", &tools.chromedriver, |capabilities| {
                    capabilities["goog:chromeOptions"]["binary"] = path_value(&tools.chromium);
                })?;
            }
            Self::Firefox => {
                let tools = tools::for_tests(project)?;
                let Some(firefox) = &tools.firefox else {
                    return Ok(Outcome::Skipped("Firefox is not there and can't be installed here".to_owned()));
                };
                test_in_browser(project, "GECKODRIVER", &firefox.geckodriver, |capabilities| {
                    capabilities["moz:firefoxOptions"]["binary"] = path_value(&firefox.browser);
                })?;
            }
            Self::E2e => e2e::E2e::default().run(project)?,
        }
        Ok(Outcome::Passed)
    }
}

/// What `wasm-bindgen-test-runner` takes as the name of a browser's driver.
const DRIVERS: [&str; 2] = ["CHROMEDRIVER", "GECKODRIVER"];

/// Runs `tests/web` and `tests/web_ui` in a browser. `webdriver.json` has its capabilities, `locate` adds where it is.
fn test_in_browser(project: &Project, name: &str, driver: &Path, locate: impl FnOnce(&mut Value)) -> Result<()> {
    let runner = tools::for_build(project)?.wasm_bindgen.with_file_name("wasm-bindgen-test-runner");
    let mut capabilities: Value = serde_json::from_slice(&fs::read(project.path("webdriver.json"))?)?;
    locate(&mut capabilities);
    let located = project.target.join("webdriver.json");
    fs::write(&located, capabilities.to_string())?;
    let held = Held::start()?;
    let mut test = cargo(&project.root, ["test", "--target", "wasm32-unknown-unknown", "--package", "docent-widget"]);
    for other in DRIVERS {
        test.env_remove(other);
    }
    test.env(name, driver)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env("WASM_BINDGEN_TEST_ONLY_WEB", "1")
        .env("WASM_BINDGEN_TEST_ADDRESS", held.address().to_string())
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", located)
        .env("WASM_BINDGEN_TEST_TIMEOUT", "600");
    run(&mut test)
}

fn path_value(path: &Path) -> Value {
    path.to_string_lossy().into_owned().into()
}

fn conclude(report: &[(Step, Outcome, Duration)]) -> Result<()> {
    let mut counts = [0; 3];
    println!("\nSteps:");
    for (step, outcome, duration) in report {
        let (index, word, why) = match outcome {
            Outcome::Passed => (0, "passed", ""),
            Outcome::Failed => (1, "FAILED", ""),
            Outcome::Skipped(why) => (2, "SKIPPED", why.as_str()),
        };
        counts[index] += 1;
        println!("  {:9} {word:8} {:>14}  {why}", step.name(), time(*duration));
    }
    let [passed, failed, skipped] = counts;
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    if failed > 0 {
        bail!("{failed} of {} steps failed", report.len());
    }
    Ok(())
}
