//! Section 12: what goes into an image is chosen, and does not run as root.

crate::checks! { "s12_image_building":
    admission_takes_root,
    root_in_user_namespace,
    root_user,
}
