//! What tells something of the page. Dispatched by [`command`](crate::command).

pub mod capabilities;
pub mod co_browse_dom;
pub mod element_value;
pub mod local_time;
pub mod page_info;
