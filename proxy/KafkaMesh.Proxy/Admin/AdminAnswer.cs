namespace KafkaMesh.Proxy.Admin;

/// <summary>Status and type of an answer whose body was written already.</summary>
/// <param name="Status">HTTP status code.</param>
/// <param name="ContentType">Media type of the body.</param>
/// <param name="IsFinalReport">Once it is sent, the process may end.</param>
/// <param name="IsFailed">The body broke off: send none, and close.</param>
internal sealed record AdminAnswer(int Status, string ContentType, bool IsFinalReport = false, bool IsFailed = false)
{
    /// <summary>A stream that takes the place of a body; the connection owns it.</summary>
    public TapStream? Stream { get; init; }

    /// <summary>An attempt whose outcome becomes the answer; null when there is an answer already.</summary>
    public PortDial? Dial { get; init; }

    /// <summary>Header fields beyond the usual, each with its line end.</summary>
    public string Fields { get; init; } = "";

    /// <summary>Reason phrase of the status (RFC 9110, section 15).</summary>
    public string Reason => Status switch
    {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    };
}
