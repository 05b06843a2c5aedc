using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>A request ends with a Status; made by <see cref="ApiErrors"/>.</summary>
internal sealed class ApiException : Exception
{
    /// <summary>Creates the exception for a Status of kind Failure.</summary>
    public ApiException(int code, string? reason, string message, JsonObject? details = null)
        : base(message)
    {
        Code = code;
        Reason = reason;
        Details = details;
    }

    /// <summary>HTTP status code.</summary>
    public int Code { get; }

    /// <summary>The machine word (StatusReason of meta/v1), or null where a real server leaves it out.</summary>
    public string? Reason { get; }

    /// <summary>StatusDetails, or null.</summary>
    public JsonObject? Details { get; }

    /// <summary>ListMeta of the Status; an expired continue token puts a fresh token here.</summary>
    public JsonObject? ListMetadata { get; init; }

    /// <summary>The Status as a real server writes it.</summary>
    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = ListMetadata?.DeepClone() ?? new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message,
        };
        if (Reason is not null)
        {
            status["reason"] = Reason;
        }

        if (Details is not null)
        {
            status["details"] = Details.DeepClone();
        }

        status["code"] = Code;
        return status;
    }
}
