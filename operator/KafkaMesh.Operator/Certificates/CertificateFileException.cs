namespace KafkaMesh.Operator.Certificates;

/// <summary>The files of a mounted certificate cannot be served with; the message is one sentence that names the file.</summary>
internal sealed class CertificateFileException : Exception
{
    public CertificateFileException(string message) : base(message)
    {
    }

    public CertificateFileException(string message, Exception inner) : base(message, inner)
    {
    }
}
