@echo off
rem Builds the command line in Release when needed and runs it.
setlocal
set "DOTNET_CLI_TELEMETRY_OPTOUT=1"
where dotnet >nul 2>nul || (echo embedkit: no dotnet on the PATH; install the .NET 10 SDK: https://dotnet.microsoft.com/download 1>&2 & exit /b 2)
set "ROOT=%~dp0"
set "EMBEDKIT_CLONE=%~dp0"
if defined EMBEDKIT_ACCELERATOR set "ACCELERATOR=-p:Accelerator=%EMBEDKIT_ACCELERATOR%"
dotnet build "%ROOT%src\EmbedKit.Cli\EmbedKit.Cli.csproj" -c Release -nologo -v quiet %ACCELERATOR% 1>&2 || exit /b 1
dotnet "%ROOT%artifacts\bin\EmbedKit.Cli\release\EmbedKit.Cli.dll" %*
exit /b %ERRORLEVEL%
