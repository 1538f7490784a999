//! Section 1: nobody is anonymous, and nobody shares a name.

crate::checks! { "s01_authentication":
    anonymous_discovery,
    anonymous_requests,
}
