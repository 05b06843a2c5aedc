namespace KafkaMesh.Operator.Diagnosis;

/// <summary>What a check came to, from best to worst.</summary>
internal enum Verdict
{
    /// <summary>It is as it should be.</summary>
    Ok,

    /// <summary>It could not be seen: the caller lacks a right, or something did not answer. Says nothing about the product.</summary>
    Unknown,

    /// <summary>Something is missing or will be, and traffic and other pods are well.</summary>
    Warning,

    /// <summary>The product does not do its work.</summary>
    Error,
}
