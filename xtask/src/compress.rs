//! What a visitor's browser really loads.

use anyhow::Result;
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Brotli, quality 11, a window of 16 MiB.
pub(crate) fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let params = BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: bytes.len(), ..Default::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut out, &params)?;
    Ok(out)
}

/// Gzip, level 9.
pub(crate) fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// Writes a file, and beside it the same compressed as `.br` and `.gz`.
pub(crate) fn write_with_variants(path: &Path, bytes: &[u8]) -> Result<()> {
    let beside = |extension: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(extension);
        PathBuf::from(name)
    };
    fs::write(path, bytes)?;
    fs::write(beside(".br"), brotli(bytes)?)?;
    fs::write(beside(".gz"), gzip(bytes)?)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn what_is_compressed_comes_back() {
        let text = "the visitor's page obeys; ".repeat(100).into_bytes();
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut &*brotli(&text).expect("packed"), &mut plain).expect("unpacked");
        assert_eq!(plain, text);
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(&*gzip(&text).expect("packed")).read_to_end(&mut plain).expect("unpacked");
        assert_eq!(plain, text);
    }
}
