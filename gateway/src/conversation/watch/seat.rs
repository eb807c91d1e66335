//! What a watcher has of the page, and what waits for them.

use crate::telemetry::metrics;
use bytes::{BufMut, Bytes, BytesMut};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::Notify;

/// What stands before a frame's payload, both ways: `u8` flags, `u32` little-endian watcher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// A full snapshot, or a part of one; further parts need not say so.
    pub(super) snapshot: bool,
    /// More parts of this snapshot follow.
    pub(super) more: bool,
    /// Whom it is for; 0 is everybody.
    pub(super) watcher: u32,
}

impl Header {
    pub(super) const LEN: usize = 5;

    pub(super) fn read(frame: &[u8]) -> Option<Self> {
        let (flags, rest) = frame.split_first()?;
        let watcher = u32::from_le_bytes(*rest.first_chunk()?);
        Some(Self { snapshot: flags & 1 != 0, more: flags & 2 != 0, watcher })
    }

    /// An agent's payload, as the page gets it.
    pub(super) fn signal(watcher: u32, payload: &[u8]) -> Bytes {
        let mut frame = BytesMut::with_capacity(Self::LEN + payload.len());
        frame.put_u8(0);
        frame.put_u32_le(watcher);
        frame.put_slice(payload);
        frame.freeze()
    }
}

/// What a watcher has of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nothing to build on: only a frame that begins a snapshot is of use.
    Needs,
    /// It fell behind, and its socket still writes.
    Behind,
    /// Some of a snapshot of this page; the rest comes under the same number.
    Partial { page: u32, number: u32 },
    /// A snapshot of this page, and all that followed.
    Has { page: u32 },
}

#[derive(Debug)]
pub(super) struct Seat {
    pub(super) id: String,
    pub(super) stage: Stage,
    /// The page and number of a snapshot whose beginning was dropped and whose rest is still to come.
    pub(super) lost: Option<(u32, u32)>,
    pub(super) queue: VecDeque<Bytes>,
    pub(super) bytes: usize,
    pub(super) limit: usize,
    pub(super) news: Arc<Notify>,
}

impl Seat {
    /// Takes a frame, or passes it over. Whether those who need a snapshot are others by it.
    pub(super) fn take(&mut self, page: u32, header: Header, frame: &Bytes) -> bool {
        let part = (page, header.watcher);
        if self.lost == Some(part) && (header.snapshot || header.more) {
            self.lost = header.more.then_some(part);
            return false;
        }
        let goes_on = matches!(self.stage, Stage::Partial { page, number } if (page, number) == part);
        let begins = header.snapshot && !goes_on;
        match self.stage {
            Stage::Behind => return false,
            _ if begins => self.drop_queue(),
            Stage::Needs => return false,
            Stage::Partial { .. } if !goes_on => return false,
            // Another page of the visitor's took over: what it tells builds on what this watcher has never seen.
            Stage::Has { page: of } if of != page => {
                self.stage = Stage::Needs;
                return true;
            }
            Stage::Partial { .. } | Stage::Has { .. } => {}
        }
        let needed = self.stage == Stage::Needs;
        let is_part = header.more && (begins || goes_on);
        if !self.queue.is_empty() && self.bytes + frame.len() > self.limit {
            self.drop_queue();
            self.stage = Stage::Behind;
            self.lost = is_part.then_some(part);
            metrics::mirror_fell_behind();
        } else {
            self.bytes += frame.len();
            self.queue.push_back(frame.clone());
            self.stage = if is_part { Stage::Partial { page, number: header.watcher } } else { Stage::Has { page } };
            metrics::mirrored(frame.len());
        }
        self.news.notify_one();
        needed
    }

    /// What it has is of no use any more.
    pub(super) fn restart(&mut self) {
        self.drop_queue();
        self.lost = match self.stage {
            Stage::Partial { page, number } => Some((page, number)),
            _ => self.lost,
        };
        self.stage = Stage::Needs;
    }

    fn drop_queue(&mut self) {
        self.queue.clear();
        self.bytes = 0;
    }

    pub(super) fn builds_on(&self, tab: u32) -> bool {
        matches!(self.stage, Stage::Partial { page, .. } | Stage::Has { page } if page == tab)
    }
}
