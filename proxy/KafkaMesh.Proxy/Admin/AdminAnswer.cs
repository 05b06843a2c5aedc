namespace KafkaMesh.Proxy.Admin;

/// <summary>Status and type of an answer whose body was written already.</summary>
/// <param name="Status">HTTP status code.</param>
/// <param name="ContentType">Media type of the body.</param>
/// <param name="IsFinalReport">Once it is sent, the process may end.</param>
/// <param name="IsFailed">The body broke off: send none, and close.</param>
internal readonly record struct AdminAnswer(int Status, string ContentType, bool IsFinalReport = false, bool IsFailed = false)
{
    /// <summary>Reason phrase of the status (RFC 9110, section 15).</summary>
    public string Reason => Status switch
    {
        200 => "OK",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    };
}
