namespace KafkaMesh.Playground.ApiServer.Rest.Selection;

/// <summary>How a label requirement compares.</summary>
internal enum LabelOperator
{
    /// <summary>The value is one of a set (also <c>=</c> and <c>==</c>).</summary>
    In,

    /// <summary>The value is none of a set, or the key is absent (also <c>!=</c>).</summary>
    NotIn,

    /// <summary>The key is present.</summary>
    Exists,

    /// <summary>The key is absent.</summary>
    Absent,

    /// <summary>The value is a number above the given one.</summary>
    GreaterThan,

    /// <summary>The value is a number below the given one.</summary>
    LessThan,
}
