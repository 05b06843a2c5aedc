using KafkaMesh.Kubernetes.Entities;

namespace KafkaMesh.Kubernetes.Admission;

/// <summary>A webhook's answer.</summary>
public sealed record AdmissionResponse
{
    /// <summary>Uid of the request.</summary>
    public string? Uid { get; init; }

    /// <summary>Whether the object may be stored.</summary>
    public bool Allowed { get; init; }

    /// <summary>Why not; a refusal without a code becomes 400.</summary>
    public V1Status? Status { get; init; }

    /// <summary>JSON Patch in UTF-8; JSON shows it in base64.</summary>
    public byte[]? Patch { get; init; }

    /// <summary><c>JSONPatch</c> whenever there is a <see cref="Patch"/>.</summary>
    public string? PatchType { get; init; }

    /// <summary>Shown by kubectl. One line each: the server drops a warning with a line feed.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>For the audit log.</summary>
    public IReadOnlyDictionary<string, string>? AuditAnnotations { get; init; }

    /// <summary>Lets the object through as it is.</summary>
    /// <param name="uid">Uid of the request.</param>
    /// <param name="warnings">One line each.</param>
    public static AdmissionResponse Allow(string? uid, params string[] warnings) =>
        new() { Uid = uid, Allowed = true, Warnings = SingleLines(warnings) };

    /// <summary>Lets the object through changed.</summary>
    /// <param name="uid">Uid of the request.</param>
    /// <param name="patch">A JSON Patch (RFC 6902) in UTF-8.</param>
    /// <param name="warnings">One line each.</param>
    public static AdmissionResponse AllowPatched(string? uid, byte[] patch, params string[] warnings) =>
        new() { Uid = uid, Allowed = true, Patch = patch, PatchType = "JSONPatch", Warnings = SingleLines(warnings) };

    /// <summary>Refuses the object.</summary>
    /// <param name="uid">Uid of the request.</param>
    /// <param name="code">HTTP status, 400 to 599.</param>
    /// <param name="message">One sentence for the user.</param>
    public static AdmissionResponse Deny(string? uid, int code, string message) =>
        new() { Uid = uid, Allowed = false, Status = new V1Status { Code = code, Message = message } };

    private static IReadOnlyList<string>? SingleLines(string[] warnings) =>
        warnings.Length == 0 ? null : [.. warnings.Select(warning => warning.ReplaceLineEndings(" "))];
}
