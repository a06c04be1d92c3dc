from __future__ import annotations

import pytest

from initlint.credentials import HOLE, Kind, credentials, redacted, says_credential

PLAIN, SHELL, CODE = Kind.PLAIN, Kind.SHELL, Kind.CODE

GITHUB = "ghp_" + "a1B2" * 9
JWT = "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiJzaG9wIn0." + "abcdefghijklmnop"


def found(text: str, kind: Kind = PLAIN) -> list[tuple[str, str]]:
    return [(one.what, text[one.start : one.end]) for one in credentials(text, kind)]


URL, CONNECTION, KEY = "a password in a URL", "a password in a connection string", "an account or access key"
OPTION, VARIABLE, SQL = "a password option", "a password variable", "a password in SQL"


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (PLAIN, "postgresql://shop:Sommer24@db/shop", [(URL, "Sommer24")]),
        (PLAIN, "redis://:Sommer24@cache:6380/0", [(URL, "Sommer24")]),
        (PLAIN, "amqp://u:Pa$$w0rd@mq", [(URL, "Pa$$w0rd")]),
        (PLAIN, f"postgresql://{HOLE}:Sommer24@{HOLE}/shop", [(URL, "Sommer24")]),
        (CODE, "connect('postgres://u:Sommer24@db')", [(URL, "Sommer24")]),
        (PLAIN, "Server=db;User ID=shop;Password=Winter#24;Encrypt=true", [(CONNECTION, "Winter#24")]),
        (PLAIN, "Server=db;Uid=shop;Pwd=Winter24", [(CONNECTION, "Winter24")]),
        (PLAIN, "host=db user=shop password=Winter24 dbname=shop", [(CONNECTION, "Winter24")]),
        (PLAIN, "AccountName=shop;AccountKey=abc123==;EndpointSuffix=core.windows.net", [(KEY, "abc123==")]),
        (PLAIN, "Endpoint=sb://shop/;SharedAccessKeyName=root;SharedAccessKey=abc123=", [(KEY, "abc123=")]),
        (
            PLAIN,
            "https://shop.blob.core.windows.net/x?sv=2022&sig=abcdefghijklmnop%3D",
            [("a shared access signature", "abcdefghijklmnop%3D")],
        ),
        (PLAIN, f"token {GITHUB}", [("a GitHub token", GITHUB)]),
        (PLAIN, "AKIAIOSFODNN7EXAMPLE", [("an AWS access key id", "AKIAIOSFODNN7EXAMPLE")]),
        (PLAIN, JWT, [("a JSON web token", JWT)]),
        (
            PLAIN,
            "-----BEGIN RSA PRIVATE KEY-----\nMIIE",
            [("a private key", "-----BEGIN RSA PRIVATE KEY-----\nMIIE")],
        ),
        (
            PLAIN,
            "-----BEGIN EC PRIVATE KEY-----\nMIIE\nabcd\n-----END EC PRIVATE KEY-----\nmore",
            [("a private key", "-----BEGIN EC PRIVATE KEY-----\nMIIE\nabcd\n-----END EC PRIVATE KEY-----")],
        ),
        (PLAIN, "postgres://shop:Som@mer24@db/shop", [(URL, "Som@mer24")]),
        (PLAIN, "mongodb://a:Sommer24@one:27017,b:Winter24@two/x", [(URL, "Sommer24")]),
        (
            PLAIN,
            "jdbc:sqlserver://db:1433;database=shop;user=shop@db;password=Winter24;encrypt=true",
            [(CONNECTION, "Winter24")],
        ),
        (PLAIN, "Server=db;Password=Win&ter 24;Encrypt=true", [(CONNECTION, "Win&ter 24")]),
        (PLAIN, "Server=db;Uid=shop;Pwd={Win;ter!24};Encrypt=yes", [(CONNECTION, "{Win;ter!24}")]),
        (PLAIN, "cache:6380,password=Winter24=,ssl=True", [(CONNECTION, "Winter24=")]),
        (PLAIN, "cache:6380, password=Winter24, ssl=True", [(CONNECTION, "Winter24")]),
        (SHELL, "export CACHE=cache:6380,password=Winter24,ssl=True", [(CONNECTION, "Winter24")]),
        (
            PLAIN,
            "BlobEndpoint=https://shop;SharedAccessSignature=sv=2022&ss=b&sig=abcdefghijklmnop%3D",
            [("a shared access signature", "abcdefghijklmnop%3D")],
        ),
        (PLAIN, '{"user": "shop", "password": "Winter24"}', [("a password in JSON", "Winter24")]),
        (PLAIN, "--password=Winter24", [(OPTION, "Winter24")]),
        (SHELL, "PGPASSWORD=Winter24 psql -c 'select 1'", [(VARIABLE, "Winter24")]),
        (PLAIN, "PGPASSWORD=Winter24", [(VARIABLE, "Winter24")]),
        (SHELL, 'export API_KEY="0815-4711"', [(VARIABLE, "0815-4711")]),
        (SHELL, "export DB_PASSWORD='Pa$$w0rd'", [(VARIABLE, "Pa$$w0rd")]),
        (SHELL, "sqlcmd -S db -U sa -P 'Winter 24' -Q x", [(OPTION, "Winter 24")]),
        (SHELL, "mysql -u root -pWinter24 shop", [(OPTION, "Winter24")]),
        (SHELL, "az login --service-principal -u x -p Winter24 -t y", [(OPTION, "Winter24")]),
        (SHELL, "docker login -u shop -p Winter24 shop.azurecr.io", [(OPTION, "Winter24")]),
        (SHELL, "curl -u shop:Winter24 https://shop", [(OPTION, "Winter24")]),
        (SHELL, "python3 - <<'EOF'\nconnect(password='Winter24')\nEOF\n", [("a password", "Winter24")]),
        (SHELL, "python3 x.py; cat > .env <<EOF\nDB_PASSWORD=Winter24\nEOF\n", [(VARIABLE, "Winter24")]),
        (SHELL, 'ansible-playbook -e "db_password=Winter24" x.yml', [(VARIABLE, "Winter24")]),
        (SHELL, "psql -c \"ALTER ROLE x WITH PASSWORD 'Winter24'\"", [(SQL, "Winter24")]),
        (SHELL, "mysql -e \"CREATE USER x IDENTIFIED BY 'Winter24'\"", [(SQL, "Winter24")]),
        (PLAIN, "CREATE LOGIN x WITH PASSWORD = 'Winter24'", [(SQL, "Winter24")]),
        (CODE, "connect(password='Winter24')", [("a password", "Winter24")]),
        (CODE, "ConvertTo-SecureString 'Winter24' -AsPlainText -Force", [("a password", "Winter24")]),
        (CODE, "ConvertTo-SecureString -AsPlainText -String 'Winter24'", [("a password", "Winter24")]),
    ],
)
def test_credentials(kind: Kind, text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text, kind) == expected


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (PLAIN, "postgresql://shop@db:5432/shop?sslmode=require"),
        (PLAIN, "https://shop.example.com:8443/a@b"),
        (PLAIN, f"postgresql://shop:{HOLE}@db/shop"),
        (PLAIN, f"postgresql://shop:abc{HOLE}@db/shop"),
        (PLAIN, "postgresql://shop:$PGPASSWORD@db/shop"),
        (PLAIN, "postgresql://shop:${PGPASSWORD}@db/shop"),
        (PLAIN, "postgresql://shop:$(PGPASSWORD)@db/shop"),
        (PLAIN, "postgresql://shop:<password>@db/shop"),
        (PLAIN, "postgresql://shop:{password}@db/shop"),
        (PLAIN, "postgresql://shop:****@db/shop"),
        (PLAIN, "postgresql://shop:#{password}#@db/shop"),
        (PLAIN, f"jdbc:sqlserver://db:1433;database=shop;user=shop@db;password={HOLE};encrypt=true"),
        (PLAIN, f"BlobEndpoint=https://shop;SharedAccessSignature=sv=2022&ss=b&sig={HOLE}"),
        (PLAIN, "Server=db;Password={your_password};Encrypt=true"),
        (PLAIN, "Server=db;Password={{ password }}"),
        (PLAIN, "host=db password={{ password }} user=shop"),
        (PLAIN, "Server=db;Password=#{password}#;Encrypt=true"),
        (PLAIN, "Server=db;Password=__PASSWORD__;Encrypt=true"),
        (PLAIN, "postgresql://shop:%(password)s@db/shop"),
        (PLAIN, "postgresql://shop:@db/shop"),
        (PLAIN, f"Server=db;Password={HOLE};Encrypt=true"),
        (PLAIN, "Server=db;Authentication=Active Directory Default;"),
        (PLAIN, "AccountName=shop;AccountKey=;EndpointSuffix=core.windows.net"),
        (PLAIN, "ghp_short"),
        (PLAIN, "-----BEGIN PUBLIC KEY-----\nMIIE"),
        (PLAIN, "-----BEGIN PRIVATE KEY-----\n" + HOLE),
        (PLAIN, "the password is in Key Vault"),
        (SHELL, 'export PGPASSWORD="$DB_PASSWORD"'),
        (SHELL, "export PGPASSWORD=$(cat /mnt/secrets/pw)"),
        (SHELL, "export PGPASSWORD=`cat /mnt/secrets/pw`"),
        (SHELL, "PGPASSWORD=${DB_PASSWORD:?is not set} psql"),
        (SHELL, "export PASSWORD="),
        (SHELL, "PWD=/app make"),
        (SHELL, "TOKEN=/var/run/secrets/token"),
        (SHELL, "TOKEN_URL=https://login.example.com/token"),
        (SHELL, "USE_TOKEN=true"),
        (SHELL, 'if [ "$PASSWORD" = "" ]; then echo "no password"; fi'),
        (SHELL, 'if [ -z "$PGPASSWORD" ]; then exit 1; fi'),
        (SHELL, 'sqlcmd -S db -U sa -P "$SA_PASSWORD" -Q x'),
        (SHELL, 'mysql -u root -p"$MYSQL_PWD" shop'),
        (SHELL, "mysqldump --port=3306 shop"),
        (SHELL, 'psql "host=db user=shop password=$PGPASSWORD"'),
        (SHELL, 'curl -H "Authorization: Bearer $TOKEN" https://shop'),
        (SHELL, "psql -c \"ALTER ROLE x WITH PASSWORD '$NEW_PASSWORD'\""),
        (SHELL, "echo 'checking password='"),
        (PLAIN, "secretref:db-password"),
        (PLAIN, "PGPASSWORD=secretref:db-password"),
        (PLAIN, "ConnectionStrings__Shop=Server=db;Authentication=Active Directory Default"),
        (PLAIN, "Endpoint=sb://shop/;SharedAccessKeyName=root"),
        (CODE, "connect(password=os.environ['DB_PASSWORD'])"),
        (CODE, "password = config.password"),
        (CODE, '@{ Password = "$env:SA_PASSWORD" }'),
        (CODE, 'ConvertTo-SecureString "$env:SA_PASSWORD" -AsPlainText -Force'),
        (SHELL, "docker login -u shop --password-stdin shop.azurecr.io"),
        (SHELL, "docker run -p 8080:80 login"),
        (SHELL, "python3 - <<EOF\nconnect(\n  host=host,\n  password=password\n)\nEOF\n"),
        (SHELL, "cat > x.py <<EOF\nconnect(host=host, password=password)\nEOF\npython3 x.py"),
        (SHELL, "cat <<EOF >x.py\npassword=password\nEOF\npython3 x.py"),
        (SHELL, 'ansible-playbook -e "db_password=$DB_PASSWORD" x.yml'),
        (SHELL, 'grep -q "PASSWORD=" .env'),
        (SHELL, 'python3 -c "connect(host=host, password=password, port=1)"'),
    ],
)
def test_no_credentials(kind: Kind, text: str) -> None:
    assert found(text, kind) == []


def test_a_text_without_its_credentials() -> None:
    assert (
        redacted("postgresql://shop:Sommer24@db and --password=Winter24")
        == "postgresql://shop:***@db and --password=***"
    )
    assert redacted("nothing here") == "nothing here"


@pytest.mark.parametrize(
    "name",
    [
        "PASSWORD", "DB_PASSWORD", "PGPASSWORD", "dbPassword", "DB_PWD", "MYSQL_PWD", "ADMIN_PASSWD", "CLIENT_SECRET",
        "JwtSecret", "GITHUB_TOKEN", "API_KEY", "ApiKey", "OPENAI_APIKEY", "Storage__AccountKey",
        "AWS_SECRET_ACCESS_KEY",
        "SSH_PRIVATE_KEY", "GOOGLE_CREDENTIALS", "SQL_CONNECTION_STRING", "ConnectionStrings__Shop",
        "DB_PASSWORD_PROD",
    ],
)  # fmt: skip
def test_names_that_say_credential(name: str) -> None:
    assert says_credential(name)


@pytest.mark.parametrize(
    "name",
    [
        "PGHOST", "DATABASE_URL", "SENTRY_DSN", "SECRET_NAME", "TOKEN_ENDPOINT", "KEY_VAULT_URI", "CLIENT_ID",
        "AZURE_CLIENT_ID", "PASSWORD_FILE", "SECRET_PATH", "TOKENIZER", "SECRETARY", "MAX_TOKENS", "KEY",
        "PARTITION_KEY", "SECRET_NAMES", "TOKEN_URLS",
        "AZURE_TOKEN_CREDENTIALS", "TOKEN_TTL", "PASSWORD_MIN_LENGTH", "secretName", "KEYVAULT_SECRET_ID", "",
        "CHUNK_TOKEN_LIMIT", "Auth__TokenMaxAge", "SECRET_SCOPE", "TOKEN_RATE",
    ],
)  # fmt: skip
def test_names_that_do_not(name: str) -> None:
    assert not says_credential(name)
