//! The macros behind [`registry`](crate::registry): a row in, types and tables out.

/// Objects inside parameters and replies.
macro_rules! objects {
    ($($(#[doc = $doc:literal])* $Name:ident { $($(#[doc = $fdoc:literal])* $field:ident = $wire:literal: $Type:ty,)* })*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $Name {
            $($(#[doc = $fdoc])* pub $field: $Type,)*
        }

        impl $crate::param::Param for $Name {
            const EXPECTED: &'static str = "an object";

            fn read<S: $crate::source::Source>(value: &S) -> Result<Self, $crate::param::FieldError> {
                if value.kind() != $crate::source::Kind::Object {
                    return Err($crate::param::FieldError::wrong("", Self::EXPECTED));
                }
                Ok(Self { $($field: $crate::param::member(value, $wire)?,)* })
            }
        }

        impl $crate::json::ToJson for $Name {
            fn write(&self, out: &mut String) {
                let object = $crate::json::Object::new()$(.with($wire, &self.$field))*;
                out.push_str(object.end().as_str());
            }
        }

        impl $crate::param::Schema for $Name {
            fn schema() -> $crate::json::Object {
                $crate::param::ObjectSchema::new()
                    $(.member(
                        $wire,
                        <$Type as $crate::param::Schema>::REQUIRED,
                        <$Type as $crate::param::Schema>::schema(),
                        const { $crate::param::doc(concat!($($fdoc),*)) },
                    ))*
                    .end()
            }
        }
    )*};
}

/// Closed sets of names.
macro_rules! names {
    ($($(#[doc = $doc:literal])* $Name:ident ($expected:literal) { $($(#[doc = $vdoc:literal])* $Variant:ident = $wire:literal,)* })*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $Name {
            $($(#[doc = $vdoc])* $Variant,)*
        }

        impl $Name {
            /// The name as the wire has it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$Variant => $wire,)* }
            }
        }

        impl $crate::param::Param for $Name {
            const EXPECTED: &'static str = $expected;

            fn read<S: $crate::source::Source>(value: &S) -> Result<Self, $crate::param::FieldError> {
                match value.as_text().as_deref() {
                    $(Some($wire) => Ok(Self::$Variant),)*
                    _ => Err($crate::param::FieldError::wrong("", Self::EXPECTED)),
                }
            }
        }

        impl $crate::json::ToJson for $Name {
            fn write(&self, out: &mut String) {
                $crate::json::ToJson::write(self.as_str(), out);
            }
        }

        impl $crate::param::Schema for $Name {
            fn schema() -> $crate::json::Object {
                $crate::json::Object::new().with("enum", &[$($wire),*].as_slice())
            }
        }
    )*};
}

/// The rows. Each defines the parameters, the reply, and its place in every table.
macro_rules! commands {
    (($d:tt) $(
        $(#[doc = $doc:literal])*
        $kind:ident $name:literal
        $Params:ident { $($(#[doc = $pdoc:literal])* $param:ident = $pwire:literal: $PType:ty,)* }
        $Reply:ident { $($(#[doc = $rdoc:literal])* $value:ident = $rwire:literal: $RType:ty,)* }
    )*) => {
        $(
            $(#[doc = $doc])*
            #[derive(Clone, Debug, PartialEq, Eq)]
            pub struct $Params {
                $($(#[doc = $pdoc])* pub $param: $PType,)*
            }

            impl $crate::registry::Command for $Params {
                const ROW: $crate::registry::Row = $crate::registry::Row {
                    name: $name,
                    kind: $crate::registry::RowKind::$kind,
                    doc: $crate::param::doc(concat!($($doc, "\n"),*)),
                    params: || {
                        $crate::param::ObjectSchema::new()
                            $(.member(
                                $pwire,
                                <$PType as $crate::param::Schema>::REQUIRED,
                                <$PType as $crate::param::Schema>::schema(),
                                const { $crate::param::doc(concat!($($pdoc),*)) },
                            ))*
                            .end()
                            .end()
                    },
                    reply: || {
                        $crate::param::ObjectSchema::new()
                            $(.member(
                                $rwire,
                                <$RType as $crate::param::Schema>::REQUIRED,
                                <$RType as $crate::param::Schema>::schema(),
                                const { $crate::param::doc(concat!($($rdoc),*)) },
                            ))*
                            .end()
                            .end()
                    },
                };
                type Reply = $Reply;

                fn read<S: $crate::source::Source>(data: &S) -> Result<Self, $crate::param::FieldError> {
                    let _ = data;
                    Ok(Self { $($param: $crate::param::member(data, $pwire)?,)* })
                }
            }

            #[doc = concat!("What `", $name, "` answers.")]
            #[derive(Clone, Debug, PartialEq, Eq)]
            pub struct $Reply {
                $($(#[doc = $rdoc])* pub $value: $RType,)*
            }

            impl $crate::registry::Reply for $Reply {
                fn values(&self) -> $crate::json::Object {
                    $crate::json::Object::new()$(.with($rwire, &self.$value))*
                }
            }
        )*

        /// Every row, in the registry's order.
        pub const ROWS: &[Row] = &[$(<$Params as Command>::ROW),*];

        /// Calls `callback!` with the parameter types of all rows, so that each can be tied to its implementation.
        #[macro_export]
        macro_rules! for_each_command {
            ($d callback:ident) => {
                $d callback! { $($Params)* }
            };
        }
    };
}

pub(crate) use {commands, names, objects};
