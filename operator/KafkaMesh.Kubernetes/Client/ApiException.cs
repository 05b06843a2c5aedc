using System.Net;
using KafkaMesh.Kubernetes.Entities;

namespace KafkaMesh.Kubernetes.Client;

/// <summary>The API server refused, or answered with what cannot be read. The message names method, path and the server's own words.</summary>
public sealed class ApiException : Exception
{
    /// <summary>Makes one from a Status.</summary>
    /// <param name="message">One sentence.</param>
    /// <param name="statusCode">HTTP status, or the code of an ERROR event.</param>
    /// <param name="status">The server's Status; null when it sent none.</param>
    /// <param name="retryAfter">When the server wants to be asked again.</param>
    /// <param name="innerException">Cause, for answers that cannot be read.</param>
    public ApiException(string message, HttpStatusCode statusCode, V1Status? status = null, TimeSpan? retryAfter = null, Exception? innerException = null)
        : base(message, innerException)
    {
        StatusCode = statusCode;
        Status = status;
        RetryAfter = retryAfter;
    }

    /// <summary>HTTP status, or the code of an ERROR event; 0 when there was no answer.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>The server's Status; null when it answered with something else.</summary>
    public V1Status? Status { get; }

    /// <summary>When the server wants to be asked again.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>There was no answer: no connection, no credentials, or not in time. The inner exception says which.</summary>
    public bool IsUnreachable => StatusCode == default;

    /// <summary>The object, the resource or the kind does not exist.</summary>
    public bool IsNotFound => StatusCode == HttpStatusCode.NotFound;

    /// <summary>A create lost the race.</summary>
    public bool IsAlreadyExists => StatusCode == HttpStatusCode.Conflict && Status?.Reason == "AlreadyExists";

    /// <summary>Somebody else changed the object, or owns a field of an apply.</summary>
    public bool IsConflict => StatusCode == HttpStatusCode.Conflict && !IsAlreadyExists;

    /// <summary>The resource version or continue token is too old: list again.</summary>
    public bool IsExpired => StatusCode == HttpStatusCode.Gone || Status?.Reason is "Expired" or "Gone";

    /// <summary>The answer is larger than <see cref="KubernetesClientOptions.MaxResponseBytes"/>: ask for pages.</summary>
    public bool IsAnswerTooLarge => InnerException is HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded };

    /// <summary>The resource version is newer than what this API server has seen: list without it.</summary>
    public bool IsTooLargeResourceVersion =>
        Status?.Details?.Causes?.Any(cause => cause.Reason == "ResourceVersionTooLarge") == true
        || Status?.Message?.Contains("Too large resource version", StringComparison.Ordinal) == true;
}
