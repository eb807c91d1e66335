//! Not doing twice what nothing has changed for.

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// A hash, in hexadecimal.
pub(crate) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Hashes files and folders by name and content; what is not there counts as empty.
pub(crate) fn hash_inputs(root: &Path, inputs: &[&str]) -> Result<String> {
    let mut hasher = Sha256::new();
    for input in inputs {
        for entry in WalkDir::new(root.join(input)).sort_by_file_name() {
            let Ok(entry) = entry else { continue };
            if entry.file_type().is_file() {
                let content = fs::read(entry.path()).with_context(|| format!("reading {}", entry.path().display()))?;
                hasher.update(entry.path().strip_prefix(root)?.as_os_str().as_encoded_bytes());
                hasher.update([0]);
                hasher.update(Sha256::digest(content));
            }
        }
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A folder that is made from inputs, and replaced as a whole.
pub(crate) struct Output {
    folder: PathBuf,
    stamp: PathBuf,
    inputs: String,
    _lock: File,
}

impl Output {
    /// The folder, locked against other builds. `None` where it is up to date.
    pub(crate) fn outdated(folder: PathBuf, inputs: String) -> Result<Option<Self>> {
        let name = folder.file_name().context("a folder has a name")?.to_string_lossy().into_owned();
        let parent = folder.parent().context("a folder has a parent")?;
        fs::create_dir_all(parent)?;
        let lock = File::create(parent.join(format!(".{name}.lock")))?;
        lock.lock()?;
        let stamp = parent.join(format!(".{name}.stamp"));
        let fresh = folder.is_dir() && fs::read_to_string(&stamp).is_ok_and(|old| old == inputs);
        Ok((!fresh).then_some(Self { folder, stamp, inputs, _lock: lock }))
    }

    /// Fills a new folder by `make` and puts it in the old one's place.
    pub(crate) fn replace(self, make: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
        let parent = self.folder.parent().context("a folder has a parent")?;
        let new = tempfile::Builder::new().prefix(".new-").tempdir_in(parent)?;
        make(new.path())?;
        if self.folder.exists() {
            let old = tempfile::Builder::new().prefix(".old-").tempdir_in(parent)?;
            fs::rename(&self.folder, old.path().join("old"))?;
        }
        let new = new.keep();
        #[cfg(unix)]
        fs::set_permissions(&new, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
        fs::rename(new, &self.folder)?;
        fs::write(self.stamp, self.inputs)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_is_outdated_until_it_is_made_from_these_inputs() {
        let root = tempfile::tempdir().expect("a folder");
        fs::write(root.path().join("in"), "1").expect("written");
        let folder = root.path().join("dist/out");
        let outdated = || Output::outdated(folder.clone(), hash_inputs(root.path(), &["in"]).expect("hashed"));
        let make = |new: &Path| Ok(fs::write(new.join("file"), "made")?);
        outdated().expect("looked").expect("outdated").replace(make).expect("made");
        assert!(outdated().expect("looked").is_none());
        fs::write(root.path().join("in"), "2").expect("written");
        let output = outdated().expect("looked").expect("outdated");
        assert!(output.replace(|_| anyhow::bail!("no")).is_err());
        assert!(folder.join("file").exists(), "a failed build leaves the old one");
        outdated().expect("looked").expect("still outdated").replace(make).expect("made");
        assert!(outdated().expect("looked").is_none());
    }
}
