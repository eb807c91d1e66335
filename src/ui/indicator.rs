//! The sign that the page is shared.

use super::Parts;
use super::template::{focus, mark, show};

pub(super) const INDICATOR: &str = "\
div.indicator part=sharing-indicator hidden
 span.dot
 span.sharing @sharing
 button.stop type=button data-do=stop @stopSharing";

impl Parts {
    pub(super) fn share(&self, on: bool) {
        if self.indicator.has_attribute("hidden") != on {
            return;
        }
        if !on && self.has_focus_in(&self.indicator) {
            focus(&self.panel.launcher);
        }
        show(&self.indicator, on);
        mark(&self.frame, "data-sharing", on);
        self.say(&self.texts.get(if on { "sharingBegan" } else { "sharingEnded" }));
    }
}
